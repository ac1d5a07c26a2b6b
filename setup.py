"""Build lpsr from the metadata in settings.ini."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

config = ConfigParser(delimiters=['='])
config.read('settings.ini', encoding='utf-8')
settings = config['DEFAULT']

LICENSES = {'apache2': 'Apache-2.0'}  # nbdev's name: SPDX identifier
STATUSES = {'3': '3 - Alpha', '4': '4 - Beta', '5': '5 - Production/Stable'}
NEWEST_PYTHON = 13  # the newest minor version of Python 3 that the continuous integration runs

oldest_python = int(settings['min_python'].split('.')[1])


def requirements(key):
    "The requirements in settings.ini's `key`: separated by white space, markers without any inside."
    return settings[key].split()


setup(
    name=settings['lib_name'],
    version=settings['version'],
    description=settings['description'],
    long_description=Path('README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    keywords=settings['keywords'],
    author=settings['author'],
    author_email=settings['author_email'],
    url=settings['git_url'],
    project_urls={
        'Documentation': settings['doc_host'] + settings['doc_baseurl'],
        'Source': settings['git_url'],
        'Issues': settings['git_url'] + '/issues',
    },
    license=LICENSES[settings['license']],
    license_files=['LICENSE'],
    classifiers=[
        f"Development Status :: {STATUSES[settings['status']]}",
        f"Intended Audience :: {settings['audience']}",
        f"Natural Language :: {settings['language']}",
        'Topic :: Scientific/Engineering :: Image Processing',
    ] + [f'Programming Language :: Python :: 3.{minor}' for minor in range(oldest_python, NEWEST_PYTHON + 1)],
    packages=find_packages(include=['lpsr', 'lpsr.*']),
    package_data={'lpsr': ['weights/*', 'graphs/*', 'fonts/*']},
    python_requires=f">={settings['min_python']}",
    install_requires=requirements('requirements'),
    extras_require={
        'train': requirements('train_requirements'),
        'ocr': requirements('ocr_requirements') + requirements('train_requirements'),  # the benchmark measures with torchmetrics
        'app': requirements('app_requirements'),
        'export': requirements('export_requirements'),
        'scale': requirements('scale_requirements'),
        'dev': sum((requirements(f'{extra}_requirements') for extra in ('dev', 'train', 'ocr', 'app', 'export', 'scale')), []),
        'docs': requirements('docs_requirements') + requirements('train_requirements') + requirements('scale_requirements'),  # it imports all modules
    },
    entry_points={
        'console_scripts': settings['console_scripts'].split(),
        'nbdev': [f"{settings['lib_name']}={settings['lib_path']}._modidx:d"],
    },
    zip_safe=False,
)
