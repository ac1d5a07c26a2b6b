"""What the front page of the site needs to restore plates in a browser: the network, its runtime, samples, settings."""
import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from lpsr.crappify import distance, jpeg, low_light
from lpsr.data import ALPHABET
from lpsr.decode import BEAM, LEAST, PRIOR_POWER, SURE, SURELY_BLANK, UNKNOWN_ORDER, UNREADABLE, order_shares
from lpsr.draw import draw_plate
from lpsr.export import export_onnx
from lpsr.inference import ALTERNATIVES, MAX_ASPECT, MIN_EVIDENCE, PHOTO, PLATE_ASPECTS
from lpsr.page import DOUBTFUL, SMALL
from lpsr.runtime import BLANK_LOGIT
from lpsr.tensors import NORMALISATION
from lpsr.weightfile import BUNDLED, read_description

FILES = Path(__file__).resolve().parent / 'pages'
RUNTIME = 'onnxruntime-web@1.30.0'  # of npm
RUNTIME_SHA512 = 'q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=='  # as npm has it, Base64
CACHE = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'lpsr-site'
SAMPLES = {  # name → what is drawn, how it is damaged, and what is said of it
    'dark': (('nl', 3), lambda image: jpeg(low_light(distance(image, 24), .2), 40), 'Dutch, in the dark'),
    'far': (('cn_blue', 3), lambda image: jpeg(distance(image, 16), 50), 'Chinese, from afar'),
    'doubtful': (('de', 3), lambda image: jpeg(distance(image, 16), 50), 'German, from afar'),
}


def runtime_package():
    "The package of ONNX Runtime for browsers: its bytes, fetched by npm once and checked each time."
    path = CACHE / f'{RUNTIME.replace("@", "-")}.tgz'
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with TemporaryDirectory(dir=path.parent) as folder:
                subprocess.run(['npm', 'pack', '--silent', '--pack-destination', folder, RUNTIME], check=True, capture_output=True, text=True, timeout=600)
                (Path(folder) / path.name).replace(path)
        except (OSError, subprocess.SubprocessError) as error:
            sys.exit(f'{RUNTIME} cannot be fetched by npm ({error}); the site needs it for its front page. Build it where npm and the network are, or put the package at {path}')
    content = path.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != RUNTIME_SHA512:
        path.unlink()
        sys.exit(f'{path} is not the package that .ci/tryit.py names: its SHA-512 differs.')
    return content


def write_samples(folder):
    "Draw and damage the samples; HTML of the buttons that choose them."
    buttons = ''
    for name, ((style, seed), damage, said) in SAMPLES.items():
        plate = draw_plate(style, seed=seed, height=120)
        image = damage(plate.image)
        image.save(folder / f'{name}.png')
        buttons += f'<button type="button"><img src="tryit/{name}.png" loading="lazy" alt="Drawn plate:">{said} <span>{plate.text}</span></button>\n'
    return buttons


def write_tryit(folder):
    "Write all that is loaded into the new `folder`; HTML of the section."
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(runtime_package())) as package:
        parts = {name: package.extractfile(f'package/dist/{name}').read() for name in ('ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm')}
    (folder / 'ort.mjs').write_bytes(parts['ort.wasm.bundle.min.mjs'])
    # Compressed here, as not every server does it; no suffix .gz, as some servers would tell the browser to unpack it.
    packed = {'ort.wasm.packed': parts['ort-wasm-simd-threaded.wasm'], 'plate.onnx.packed': export_onnx(BUNDLED, folder / 'plate.onnx').read_bytes()}
    sizes = {name: (folder / name).write_bytes(gzip.compress(content, mtime=0)) for name, content in packed.items()}
    (folder / 'plate.onnx').unlink()
    description = read_description(BUNDLED)
    settings = {
        'alphabet': ALPHABET, **NORMALISATION, 'height': description['canvas'][0], 'maxAspect': MAX_ASPECT,
        'temperature': description.get('calibration', {}).get('temperature', 1.), 'blankLogit': BLANK_LOGIT, 'beam': BEAM, 'least': LEAST, 'surelyBlank': SURELY_BLANK,
        'orders': order_shares(), 'unknownOrder': UNKNOWN_ORDER, 'priorPower': PRIOR_POWER,
        'plateAspects': PLATE_ASPECTS, 'photo': PHOTO, 'minEvidence': MIN_EVIDENCE, 'sure': SURE, 'unreadable': UNREADABLE,
        'alternatives': ALTERNATIVES, 'doubtful': DOUBTFUL, 'small': SMALL, 'sizes': sizes}
    (folder / 'settings.json').write_text(json.dumps(settings), encoding='utf-8')
    for name in ('tryit.js', 'restore.js'):
        copy(FILES / name, folder)
    html = (FILES / 'tryit.html').read_text(encoding='utf-8')
    megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return html.replace('{samples}', write_samples(folder)).replace('{megabytes}', f'{megabytes:.0f}')
