// The section "Try it" of the front page. Before its button is pressed nothing is loaded but the two files of code.
import {restore} from './restore.js';

const MAX_PIXELS = 2 ** 24;  // of a picture; a camera has 12 million
const root = document.querySelector('.tryit'), part = name => root.querySelector(`.tryit-${name}`);
const start = part('start'), panel = part('panel'), result = part('result');
const [after, before] = result.querySelectorAll('canvas');
const megabytes = bytes => (bytes / 1e6).toFixed(1);
let network;  // what `restore` needs, once it is loaded
let queue = Promise.resolve();  // one plate after the other

class Problem extends Error {}  // whose message is for the visitor

const say = (text, problem = '') => {
  part('status').textContent = text;
  part('problem').textContent = problem;
};

async function fetched(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

async function load() {
  const settings = await (await fetched('settings.json')).json();
  const total = Object.values(settings.sizes).reduce((one, other) => one + other);
  let loaded = 0;
  const unpacked = async name => {
    const counter = new TransformStream({transform(chunk, controller) {
      loaded += chunk.length;
      say(`Loading: ${megabytes(loaded)} of ${megabytes(total)} MB`);
      controller.enqueue(chunk);
    }});
    const stream = (await fetched(name)).body.pipeThrough(counter).pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  const [ort, runtime, graph] = await Promise.all([import('./ort.mjs'), unpacked('ort.wasm.packed'), unpacked('plate.onnx.packed')]);
  say('Starting the network …');
  // More threads need headers that not every server sends; `proxy` is a worker, without which the page would stand still.
  Object.assign(ort.env.wasm, {wasmBinary: runtime.buffer, numThreads: 1, proxy: true});
  return {ort, session: await ort.InferenceSession.create(graph, {executionProviders: ['wasm']}), settings};
}

async function pictureOf(blob) {
  const bitmap = await createImageBitmap(blob).catch(() => { throw new Problem('This is not an image that your browser can open.'); });
  const {width, height} = bitmap;
  if (width * height > MAX_PIXELS) throw new Problem(`${width} × ${height} pixels are too many: cut the plate out of the picture.`);
  const context = Object.assign(document.createElement('canvas'), {width, height}).getContext('2d', {willReadFrequently: true});
  context.fillStyle = 'white';  // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

function paint(canvas, {width, height, data}) {
  Object.assign(canvas, {width, height});
  canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
}

function element(name, text = '', options = {}) {
  return Object.assign(document.createElement(name), {textContent: text}, options);
}

// Two digits that never say more than the decision: .988, which is not sure, is 0.98.
function sayConfidence(confidence, {sure, unreadable}) {
  const shown = Math.round(100 * confidence) / 100;
  return (shown - 0.01 * [sure, unreadable].some(limit => confidence < limit && limit <= shown)).toFixed(2);
}

function showReading({text, confidence, characters, decision, reason}, settings) {
  const {doubtful, small} = settings;
  const percent = chance => `${Math.round(100 * chance)}%`, about = element('p', 'Read as '), list = element('ol');
  about.append(element('strong', text || 'nothing'), `: ${decision}, probability ${sayConfidence(confidence, settings)}${reason && `; ${reason}`}`);
  list.append(...characters.map(one => {
    const doubt = one.probability < doubtful, item = element('li', '', {className: doubt ? 'tryit-doubt' : ''});
    const others = one.alternatives.filter(({probability}) => probability >= small).map(other => element('span', `or ${other.text} ${percent(other.probability)}`));
    item.append(element('b', `${one.text}${doubt ? '?' : ''}`), element('span', percent(one.probability)), ...others);
    return item;
  }));
  part('reading').replaceChildren(about, list);
}

async function show(blob) {
  say('Restoring …');
  try {
    const picture = await pictureOf(blob), begin = performance.now();
    const {image, reading} = await restore(network.ort, network.session, picture, network.settings);
    paint(before, picture);
    paint(after, image);
    // As large as the page allows, but not so high that it does not fit on the screen.
    part('wipe').style.maxWidth = `${26 * image.width / image.height}rem`;
    showReading(reading, network.settings);
    result.hidden = false;
    say(`Restored in ${((performance.now() - begin) / 1000).toFixed(1)} s, from ${picture.width} × ${picture.height} to ${image.width} × ${image.height} pixels`);
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    say('', error instanceof Problem ? error.message : 'This picture could not be restored: your browser has too little memory for it, or lacks something that is needed.');
  }
}

function take(blob) {
  queue = queue.then(() => show(blob));
}

start.addEventListener('click', async () => {
  start.disabled = true;
  if (typeof WebAssembly === 'undefined' || typeof DecompressionStream === 'undefined') {
    say('Your browser is too old, or has WebAssembly switched off: it cannot run the network.');
    return;
  }
  try {
    network = await load();
  } catch (error) {
    console.error(error);
    say('The network could not be loaded. Try again when this site can be reached.');
    start.disabled = false;
    return;
  }
  start.closest('p').hidden = true;
  panel.hidden = false;
  const sample = part('samples').querySelector('button');
  sample.focus();
  sample.click();
});

part('samples').addEventListener('click', async event => {
  const button = event.target.closest('button');
  if (button) take(await (await fetch(button.querySelector('img').src)).blob());
});
const chooser = root.querySelector('[type=file]');
chooser.addEventListener('click', () => { chooser.value = ''; });  // so that the same file can be chosen again
chooser.addEventListener('change', () => chooser.files.length && take(chooser.files[0]));
root.querySelector('[type=range]').addEventListener('input', event => part('wipe').style.setProperty('--divider', `${event.target.value}%`));

// A file that is dropped beside the section would be opened by the browser, which leaves the page.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, event => network && event.preventDefault());
function takeFrom({files}) {
  if (network && files.length) take(files[0]);
}
root.addEventListener('drop', event => takeFrom(event.dataTransfer));
document.addEventListener('paste', event => takeFrom(event.clipboardData));

start.disabled = false;
