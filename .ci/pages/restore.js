// Restores and reads a plate as `lpsr.inference.Restorer` does, in a browser or in Node.
// A picture is {width, height, data}: RGBA as in a canvas, without transparency. `settings` is what .ci/tryit.py writes.

// --- Pictures ---

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const isHalf = value => Math.abs(value % 1) === 0.5;
const round = value => isHalf(value) ? 2 * Math.round(value / 2) : Math.round(value);  // halves to even, as in Python

function bicubic(distance) {
  const x = Math.abs(distance);
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

// For each place of a resized line: the first place of the old one that counts, and the shares of it and of those that follow.
// As in Pillow the shares are whole numbers, 2^22 in all.
function shares(from, to) {
  const scale = from / to, wide = Math.max(scale, 1);
  return Array.from({length: to}, (_, place) => {
    const middle = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(middle - 2 * wide + 0.5)), end = Math.min(from, Math.trunc(middle + 2 * wide + 0.5));
    const raw = Array.from({length: end - first}, (_, index) => bicubic((first + index - middle + 0.5) * (1 / wide)));
    const sum = raw.reduce((one, other) => one + other);
    return {first, parts: raw.map(part => Math.sign(part) * Math.floor(Math.abs(part / sum) * 2 ** 22 + 0.5))};
  });
}

function resizeLines({width, height, data}, to, across) {
  const [from, lines, size] = across ? [width, height, {width: to, height}] : [height, width, {width, height: to}];
  const [step, line] = across ? [4, 4 * width] : [4 * width, 4], newLine = across ? 4 * to : 4;
  const resized = new Uint8ClampedArray(4 * size.width * size.height).fill(255);
  shares(from, to).forEach(({first, parts}, place) => {
    for (let index = 0; index < lines; index++) {
      for (let colour = 0; colour < 3; colour++) {
        let sum = 2 ** 21, at = index * line + first * step + colour;
        for (const part of parts) {
          sum += part * data[at];
          at += step;
        }
        resized[index * newLine + place * step + colour] = Math.floor(sum / 2 ** 22);
      }
    }
  });
  return {...size, data: resized};
}

// Bicubic, across and then down, rounded in between: the pixels of Pillow's `resize`.
export function resize(picture, width, height) {
  const across = picture.width === width ? picture : resizeLines(picture, width, true);
  return across.height === height ? across : resizeLines(across, height, false);
}

function mapColours({width, height, data}, change) {
  const changed = new Uint8ClampedArray(data.length).fill(255);
  for (let at = 0; at < data.length; at += 4) changed.set(change(data[at], data[at + 1], data[at + 2]), at);
  return {width, height, data: changed};
}

const toGrey = picture => mapColours(picture, (red, green, blue) => Array(3).fill((red * 19595 + green * 38470 + blue * 7471 + 2 ** 15) >> 16));

function isGrey({data}) {
  for (let at = 0; at < data.length; at += 4) {
    const colours = [data[at], data[at + 1], data[at + 2]];
    if (Math.max(...colours) - Math.min(...colours) > 2) return false;
  }
  return true;
}

function isOneColour({data}) {
  const low = [255, 255, 255], high = [0, 0, 0];
  for (let at = 0; at < data.length; at++) {
    const colour = at % 4;
    if (colour === 3) continue;
    low[colour] = Math.min(low[colour], data[at]);
    high[colour] = Math.max(high[colour], data[at]);
  }
  return high.every((value, colour) => value - low[colour] <= 2);
}

// --- From a picture to the network's numbers, and back ---

// The canvas of a plate, and the plate's size on it.
export function fit({width, height}, settings) {
  const rows = settings.height, columns = Math.min(Math.ceil(width * rows / height / 32) * 32, settings.maxAspect * rows);
  const scale = Math.min(rows / height, columns / width);
  return {rows, columns, width: Math.max(1, round(width * scale)), height: Math.max(1, round(height * scale))};
}

// Normalised, one colour after the other; what the plate leaves of the canvas repeats its last pixels.
export function toNumbers(plate, {rows, columns}, {mean, std}) {
  const numbers = new Float32Array(3 * rows * columns);
  let to = 0;
  for (let colour = 0; colour < 3; colour++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = 4 * (Math.min(row, plate.height - 1) * plate.width + Math.min(column, plate.width - 1)) + colour;
        numbers[to++] = (plate.data[at] / 255 - mean[colour]) / std[colour];
      }
    }
  }
  return numbers;
}

export function fromNumbers(numbers, {rows, columns, width, height}, {mean, std}) {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let colour = 0; colour < 3; colour++) {
        const value = numbers[(colour * rows + row) * columns + column];
        data[4 * (row * width + column) + colour] = (value * std[colour] + mean[colour]) * 255;  // the array clips and rounds
      }
    }
  }
  return {width, height, data};
}

// --- From the network's numbers to a text ---

function softmax(logits) {
  const most = Math.max(...logits), weights = logits.map(logit => Math.exp(logit - most));
  const sum = weights.reduce((one, other) => one + other);
  return weights.map(weight => weight / sum);
}

// Probabilities of the classes, frame by frame; between two rows stands a frame without a character.
export function frameChances({dims: [rows, classes, length], data}, {temperature, blankLogit}) {
  const frames = [];
  for (let row = 0; row < rows; row++) {
    if (row) frames.push(softmax(Array.from({length: classes}, (_, number) => number ? 0 : blankLogit)));
    for (let frame = 0; frame < length; frame++) {
      frames.push(softmax(Array.from({length: classes}, (_, number) => data[(row * classes + number) * length + frame] / temperature)));
    }
  }
  return frames;
}

// The likeliest texts, as lists of classes (prefix beam search).
function beamSearch(frames, {beam, least}) {
  const total = ({blank, last}) => blank + last;
  let beams = [{text: [], blank: 1, last: 0}];  // probability of the ways that end in a blank, and in the last character
  for (const chances of frames) {
    const following = new Map();
    const add = (text, blank, last) => {
      const key = text.join(), before = following.get(key) ?? {text, blank: 0, last: 0};
      following.set(key, {text, blank: before.blank + blank, last: before.last + last});
    };
    for (const one of beams) {
      const end = one.text.at(-1);
      add(one.text, total(one) * chances[0], end ? one.last * chances[end] : 0);
      chances.forEach((chance, number) => {
        if (number && chance > least) add([...one.text, number], 0, chance * (number === end ? one.blank : total(one)));
      });
    }
    beams = [...following.values()].sort((one, other) => total(other) - total(one)).slice(0, beam);
  }
  return beams.map(({text}) => text);
}

const statesOf = text => [0, ...text.flatMap(number => [number, 0])];
const emits = (chances, number) => Math.max(chances[number], 1e-12);

// Forward values of CTC: frames × states, of all ways that lead to a state.
function forwardValues(frames, states) {
  const values = [states.map((number, state) => state < 2 ? emits(frames[0], number) : 0)];
  for (const chances of frames.slice(1)) {
    const before = values.at(-1);
    values.push(states.map((number, state) => {
      const skips = number && number !== states[state - 2] ? before[state - 2] ?? 0 : 0;
      return (before[state] + (before[state - 1] ?? 0) + skips) * emits(chances, number);
    }));
  }
  return values;
}

function textChance(frames, text) {
  return forwardValues(frames, statesOf(text)).at(-1).slice(-2).reduce((one, other) => one + other);
}

// Characters × classes: the probability of the text with this class in this place.
function substitutions(frames, text) {
  const states = statesOf(text), forward = forwardValues(frames, states);
  // Backward values are the forward values of what is read from the other end; a state's own frame is in both.
  const after = forwardValues([...frames].reverse(), [...states].reverse()).reverse().map(values => values.reverse());
  return text.map((_, place) => frames[0].map((_, number) => {
    if (!number) return 0;
    const here = 2 * place + 1;
    let ways = 0, sum = 0;
    frames.forEach((chances, now) => {
      const before = forward[now - 1], next = after[now + 1];
      const entered = before ? before[here - 1] + (place && text[place - 1] !== number ? before[here - 2] : 0) : Number(place === 0);
      ways = (ways + entered) * emits(chances, number);
      const isLast = place === text.length - 1;
      sum += ways * (next ? next[here + 1] + (!isLast && text[place + 1] !== number ? next[here + 2] : 0) : Number(isLast));
    });
    return sum;
  }));
}

// How many characters there are to be read, each counted by its probability.
function evidenceIn(frames) {
  let evidence = 0, before = 0, best = 0;
  for (const chances of [...frames, [1]]) {
    const most = Math.max(...chances), number = chances.indexOf(most);
    if (number !== before) {
      evidence += before ? best : 0;
      best = 0;
    }
    [before, best] = [number, Math.max(best, most)];
  }
  return evidence;
}

function notAPlate(picture, evidence, {plateAspects, photo, minEvidence}) {
  const {width, height} = picture, aspect = width / height, cut = 'cut the plate out of it';
  if (aspect < plateAspects[0]) return `${width} × ${height} pixels are higher than any plate; turn it, or ${cut}`;
  if (aspect > plateAspects[1]) return `${width} × ${height} pixels are longer than any plate; ${cut}`;
  if (isOneColour(picture)) return 'it is of one colour';
  if (evidence >= minEvidence) return '';
  const isPhoto = height >= photo[0] && aspect <= photo[1];
  return isPhoto ? `${width} × ${height} pixels with nothing to be read, like a photo of a whole car; ${cut}` : 'nothing to be read';
}

// The kind of a class: letter, digit or province; '' for the blank.
const kindOf = (number, {alphabet}) => !number ? '' : /[0-9]/.test(alphabet[number - 1]) ? 'N' : /[A-Z]/.test(alphabet[number - 1]) ? 'L' : 'C';
const orderOf = (text, settings) => text.map(number => kindOf(number, settings)).join('');
const orderPrior = (order, {orders, unknownOrder, priorPower}) => ((orders[order] ?? 0) + unknownOrder) ** priorPower;

// The likeliest text, the prior included: its characters with all that they may be, and its probability.
function withPrior(frames, found, settings) {
  const weighted = ({text, chance}) => chance * orderPrior(orderOf(text, settings), settings);
  let {text} = found.filter(({text}) => text.length).reduce((one, other) => weighted(other) > weighted(one) ? other : one);
  for (;;) {
    const around = substitutions(frames, text), order = orderOf(text, settings);
    const table = around.map((row, place) => {
      const weights = Object.fromEntries(['L', 'N', 'C'].map(kind => [kind, orderPrior(order.slice(0, place) + kind + order.slice(place + 1), settings)]));
      return row.map((chance, number) => number ? chance * weights[kindOf(number, settings)] : 0);
    });
    let most = table[0][text[0]] * (1 + 1e-6), better = null;
    table.forEach((row, place) => row.forEach((chance, number) => {
      if (chance > most) [most, better] = [chance, text.with(place, number)];
    }));
    if (better) {
      text = better;
      continue;
    }
    // those of the search that differ in more than one character
    const far = found.filter(one => one.text.length !== text.length || text.filter((number, place) => number !== one.text[place]).length > 1);
    const sum = (part, others) => {
      const alone = part[0][text[0]];
      return part.reduce((before, row) => before + row.reduce((one, other) => one + other) - alone, alone) + others.reduce((one, other) => one + other, 0);
    };
    const whole = sum(around, far.map(({chance}) => chance));
    return {text, table, confidence: table[0][text[0]] / sum(table, far.map(weighted)) * Math.min(whole, 1)};
  }
}

// Of frames that follow each other and surely show no character, one is enough.
function mergeBlanks(frames, {surelyBlank}) {
  return frames.filter(([blank], index) => !(blank > surelyBlank && index && frames[index - 1][0] > surelyBlank));
}

export function makeReading(picture, frames, settings) {
  const few = mergeBlanks(frames, settings);
  const found = beamSearch(few, settings).map(text => ({text, chance: textChance(few, text)}));
  const best = found.reduce((one, other) => other.chance > one.chance ? other : one);
  const {text, table, confidence} = best.text.length ? withPrior(few, found, settings) : {text: [], table: [], confidence: 0};
  const characters = table.map((row, place) => {
    const sum = row.reduce((one, other) => one + other);
    const known = row.map((chance, number) => ({text: settings.alphabet[number - 1], probability: chance / sum, number})).slice(1);
    const others = known.filter(({number}) => number !== text[place]).sort((one, other) => other.probability - one.probability);
    return {...known[text[place] - 1], alternatives: others.slice(0, settings.alternatives)};
  });
  const reason = notAPlate(picture, evidenceIn(frames), settings);
  const decision = reason ? 'no plate' : confidence >= settings.sure ? 'sure' : confidence >= settings.unreadable ? 'unsure' : 'unreadable';
  return {text: characters.map(({text}) => text).join(''), confidence, characters, decision, reason};
}

// --- All of it ---

// `ort` is onnxruntime-web, `session` one of its sessions with the exported network.
export async function restore(ort, session, picture, settings) {
  const place = fit(picture, settings);
  const numbers = toNumbers(resize(picture, place.width, place.height), place, settings);
  const given = fromNumbers(numbers, place, settings);  // now: the worker that runs the network keeps the numbers
  const image = new ort.Tensor('float32', numbers, [1, 3, place.rows, place.columns]);
  const {restored, logits} = await session.run({image}, ['restored', 'logits']);  // of one plate: all rows are its own
  const plate = fromNumbers(restored.data, place, settings);
  const changed = plate.data.some((value, index) => value !== given.data[index]);
  const size = [Math.max(place.width, picture.width), Math.max(place.height, picture.height)];
  const shown = changed ? resize(isGrey(picture) ? toGrey(plate) : plate, ...size) : picture;  // where nothing was changed, the picture itself
  return {image: shown, reading: makeReading(picture, frameChances(logits, settings), settings)};
}
