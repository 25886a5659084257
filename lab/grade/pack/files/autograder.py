"""Grades one submission. Classroom 50 calls this in the student's checkout and
reads result.json there. It lies beside the grader's binary, and beside what no
student may see: that is not there any more before a program of theirs runs. To
try this by hand more than once, set LAB_KEEP=1."""

import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
lab = here / "lab"
lab.chmod(0o755)
program = pathlib.Path("run")
if program.is_file():
    program.chmod(0o755)
{{- if .Secret}}
secret = (here / "secret").read_bytes()
# Every commit is a submission, with data of its own.
commit = os.environ.get("COMMIT_URL") or os.environ.get("SUBMISSION_TAG") or "practice"
seed = ["--secret", "-", "--student", commit]
{{- else}}
secret, seed = b"", ["--seed", "{{.Seed}}"]
{{- end}}
{{- if .File}}
opened = [os.open(here / "assignment.yaml", os.O_RDONLY)]
assignment = f"/proc/self/fd/{opened[0]}"
{{- else}}
opened, assignment = [], {{python .Assignment}}
{{- end}}
for name in {{python .Hidden}}:
    if not os.environ.get("LAB_KEEP"):
        (here / name).unlink()
done = subprocess.run(
    [lab, "grade", assignment, "--format", "classroom50", "--output", "result.json",
     *{{python .Flags}}, *seed, "--", *{{python .Command}}],
    input=secret, pass_fds=opened)
sys.exit(done.returncode)
