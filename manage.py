#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.management import execute_from_command_line

from tools.run import settings_of_this_machine

if __name__ == "__main__":
    os.environ.update(settings_of_this_machine())  # or a command would work on another database than `make run`
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "swvportal.settings")
    execute_from_command_line(sys.argv)
