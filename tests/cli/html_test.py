"""The page of a report: opened in headless Chromium at two widths, no errors, nothing from the network, nothing cut off."""
import os
import re
import shutil
import subprocess

from command import LIBRARY, CommandTest

PROBE = """<script>addEventListener('load', () => {
  const wide = [...document.querySelectorAll('figure, .card, h1')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length;
  const empty = [...document.querySelectorAll('figure')].filter(e => e.getBoundingClientRect().height < 40 || !e.querySelector('figcaption').textContent).length;
  document.title = 'figures=' + document.querySelectorAll('figure').length + ' wide=' + wide + ' empty=' + empty + ' scroll=' + (document.documentElement.scrollWidth > innerWidth + 1);
});</script>"""


class Html(CommandTest):
    def page(self):
        scenario = os.path.join(LIBRARY, "quickstart.yaml")
        self.assertEqual(self.run_command("run", scenario, "-o", "r.h5", "--progress", "none").returncode, 0)
        done = self.run_command("report", "r.h5", "--html", "-o", "r.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("r.html"), encoding="utf-8") as f:
            return f.read()

    def test_the_page_needs_nothing_else(self):
        page = self.page()
        self.assertEqual(re.findall(r"(?:src|href)=\"(?!data:)[^\"]*\"|https?://|<script|@import|url\(", page), [])
        self.assertIsNone(re.search(r"\b(nan|inf)\b", re.sub(r"<pre>.*</pre>", "", page, flags=re.S)))
        self.assertEqual(page.count("<figure>"), page.count("</figure>"))

    def test_it_opens_in_a_browser(self):
        chromium = shutil.which("chromium")
        if not chromium:
            self.skipTest("skipped: no chromium")
        self.write("probe.html", self.page().replace("</body>", PROBE + "</body>"))
        for width, height in ((1280, 900), (500, 900)):
            done = subprocess.run([chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + self.path("profile"),
                                   "--enable-logging=stderr", "--window-size=%d,%d" % (width, height), "--dump-dom", "file://" + self.path("probe.html")],
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual([l for l in done.stderr.splitlines() if ":CONSOLE" in l], [])
            title = re.search(r"<title>(.*?)</title>", done.stdout).group(1)
            self.assertRegex(title, r"figures=1\d wide=0 empty=0 scroll=false")
