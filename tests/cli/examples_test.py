"""The scripts of docs/examples run as they stand, and print what the pages say."""
import os
import re
import shutil
import subprocess

from command import SOURCE, CommandTest

EXAMPLES = os.path.join(SOURCE, "docs", "examples")


def block_behind(page, marker):
    """The indented block that follows a line of a page, without its indent."""
    with open(os.path.join(SOURCE, "docs", page)) as f:
        text = f.read()
    found = re.search(re.escape(marker) + r"\n\n((?:    .*\n)+)", text)
    return "" if found is None else "".join(line[4:] + "\n" for line in found.group(1).splitlines())


class Examples(CommandTest):
    def test_what_if(self):
        for name in ("hall.yaml", "what-if.yaml"):
            shutil.copy(os.path.join(EXAMPLES, name), self.folder)
        done = self.run_command("sweep", "run", "what-if.yaml", "-o", "what-if")
        self.assertEqual(done.returncode, 0, done.stderr)
        script = subprocess.run(["/usr/bin/python3", "-B", os.path.join(EXAMPLES, "what_if.py"), "what-if", "what-if.png"], cwd=self.folder,
                                capture_output=True, text=True,
                                env={**os.environ, "MPLCONFIGDIR": self.folder, "PYTHONPATH": os.path.join(SOURCE, "analysis", "python")})
        self.assertEqual(script.returncode, 0, script.stderr)
        self.assertEqual(script.stdout, block_behind("sweeps.md", "`docs/examples/what_if.py` prints"))
        with open(self.path("what-if.png"), "rb") as f:
            self.assertEqual(f.read(8), b"\x89PNG\r\n\x1a\n")
        self.assertGreater(os.path.getsize(self.path("what-if.png")), 20000)
        with open(os.path.join(EXAMPLES, "what-if.yaml")) as f:
            self.assertEqual(f.read(), block_behind("sweeps.md", "`docs/examples/what-if.yaml`:"))
