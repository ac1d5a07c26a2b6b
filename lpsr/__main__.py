"""`python -m lpsr`: the command line. The one module that no notebook makes."""
import sys

from .cli import main

if __name__ == '__main__':
    sys.exit(main())
