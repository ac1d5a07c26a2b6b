"""What Sphinx is told; `.ci/site` writes the pages. All names and addresses come from settings.ini."""
from html import escape
from pathlib import Path

from nbdev.config import get_config

settings = get_config()
project = settings.title
html_title = f'{settings.title} {settings.version}'
author = settings.author
copyright = settings.copyright
version = release = settings.version
extensions = ['myst_nb', 'sphinx_copybutton']

nb_execution_mode = 'off'  # the outputs are those that the notebooks store
nb_render_markdown_format = 'myst'  # there are tables among them
myst_heading_anchors = 6
smartquotes = False  # `--out` is no dash
myst_enable_extensions = ['attrs_block', 'attrs_inline']

html_theme = 'sphinx_book_theme'
html_baseurl = settings.doc_host + settings.doc_baseurl + '/'
html_static_path = ['site.css', 'site.js']
html_css_files = ['site.css']
html_favicon = 'favicon.svg'
html_js_files = ['site.js']
html_copy_source = html_show_sourcelink = False
html_theme_options = {
    'repository_url': settings.git_url,
    'repository_branch': settings.branch,
    'use_repository_button': True,
    'use_issues_button': True,
    'use_download_button': False,
    'use_fullscreen_button': False,
    'show_navbar_depth': 1,
    'navigation_depth': 2,
    'home_page_in_toc': False,
    'navbar_persistent': [],
    'show_toc_level': 2,
}
copybutton_exclude = '.linenos, .gp, .go'
copybutton_selector = 'div.highlight pre:not(.cell_output pre)'  # code, and not what it prints
html_search_scorer = str(Path(__file__).with_name('scorer.js'))


def add_copy_button(app, pagename, templatename, context, doctree):
    "A button in the header of each page that copies its text."
    if doctree is not None:
        context['header_buttons'].append({
            'type': 'javascript', 'javascript': 'copyPage(this)', 'icon': 'far fa-copy', 'label': 'copy-page',
            'tooltip': 'Copy the text of this page', 'classes': 'pst-navbar-icon'})


def add_description(app, pagename, templatename, context, doctree):
    "What search engines and messengers show of a page: the line below its title."
    leads = [node.astext() for node in doctree.findall() if 'lead' in getattr(node, 'attributes', {}).get('classes', [])] if doctree is not None else []
    text = escape(leads[0] if leads else settings.description)
    title = escape(context.get('title', settings.title))
    context['metatags'] = context.get('metatags', '') + (
        f'<meta name="description" content="{text}">\n<meta property="og:title" content="{title}">\n<meta property="og:description" content="{text}">\n'
        f'<meta property="og:image" content="{html_baseurl}_images/hero.jpg">\n<meta name="twitter:card" content="summary_large_image">\n')


def setup(app):
    app.connect('html-page-context', add_description)
    app.connect('html-page-context', add_copy_button, priority=900)  # after the theme has made its list of buttons
