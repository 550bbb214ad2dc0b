"""The desktop on a real X server: it starts, opens a study, runs it and paints every page."""
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

GUI = os.environ["HEADROOM_GUI_BINARY"]
STUDY = os.path.join(os.environ["HEADROOM_SOURCE"], "gui", "study", "sample")


def colours(png):
    """Width, height and number of palette colours of an indexed PNG."""
    with open(png, "rb") as f:
        data = f.read()
    width, height = struct.unpack(">II", data[16:24])
    at = data.find(b"PLTE")
    return width, height, struct.unpack(">I", data[at - 4:at])[0] // 3 if at > 0 else 0


@unittest.skipUnless(shutil.which("Xvfb"), "skipped: Xvfb is not installed")
class XcbTest(unittest.TestCase):
    def setUp(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = pipe.readline().strip()
        self.addCleanup(self.stop)
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.study = os.path.join(self._folder.name, "study")
        shutil.copytree(STUDY, self.study)

    def stop(self):
        self.server.terminate()
        self.server.wait()

    def test_every_page_is_painted(self):
        shots = os.path.join(self._folder.name, "shots")
        environment = dict(os.environ, DISPLAY=":" + self.display, QT_QPA_PLATFORM="xcb", XDG_DATA_HOME=self._folder.name,
                           XDG_CONFIG_HOME=self._folder.name)
        done = subprocess.run([GUI, self.study, "--run", "--screenshots", shots], env=environment, capture_output=True, text=True,
                              timeout=280)
        self.assertEqual(done.returncode, 0, done.stderr)
        pages = sorted(os.listdir(shots))
        for page in ("study", "edit", "edit-floor", "runs", "site", "site-power", "plots", "timeline", "compare",
                     "compare-small-multiples", "sweep", "results"):
            for theme in ("light", "dark"):
                self.assertIn(f"{page}-{theme}.png", pages)
        for page in pages:
            width, height, count = colours(os.path.join(shots, page))
            self.assertGreaterEqual((width, height), (800, 500), page)
            self.assertGreater(count, 16, page)


if __name__ == "__main__":
    unittest.main()
