"""Grades one submission. Classroom 50 calls this in the student's checkout and
reads result.json there. It lies beside the grader's binary."""

import os
import pathlib
import shlex
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
lab = here / "lab"
lab.chmod(0o755)
program = pathlib.Path("run")
if program.is_file():
    program.chmod(0o755)
command = shlex.split({{.PythonCommand}})
done = subprocess.run(
    [lab, "grade", "{{.Assignment}}", "--format", "classroom50", "--output", "result.json",
     "--lang", "{{.Lang}}", "--seed", "{{.Seed}}", "--timeout", "{{.Timeout}}",
     "--start-timeout", "{{.StartTimeout}}", "--", *command])
sys.exit(done.returncode)
