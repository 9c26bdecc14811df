"""Where a program that runs for months has its memory from."""

import subprocess
import sys

_PROGRAM = """
import sys
from pipelines.__main__ import main
sys.argv = ["chartstream", "--version"]
try:
    main()
except SystemExit:
    import pyarrow
    print(pyarrow.default_memory_pool().backend_name)
"""


def test_arrow_takes_memory_from_the_system_which_has_it_back_from_threads_that_ended():
    said = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert said.stdout.split()[-1] == "system"
