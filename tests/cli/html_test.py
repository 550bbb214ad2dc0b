"""The page of a report: opened in headless Chromium at desktop and phone width, in light and dark, no errors, nothing from the network,
nothing cut off, every figure visible and labelled. Screenshots are kept in HEADROOM_ARTEFACTS."""
import os
import re
import shutil
import subprocess

from command import LIBRARY, CommandTest

ARTEFACTS = os.environ.get("HEADROOM_ARTEFACTS", "")
WIDTHS = {"desktop": (1280, 900), "phone": (500, 900)}  # Chromium has no narrower window
# Training, serving and training, a stream of jobs, an event of the plant.
KINDS = ("train-70b-gb200", "quickstart", "shared-cluster", "pump-trip")

PROBE = """<script>addEventListener('load', () => {
  const figures = [...document.querySelectorAll('figure')], right = e => e.getBoundingClientRect().right;
  const wide = [...document.querySelectorAll('figure, figure svg, .card, h1, td')].filter(e => right(e) > innerWidth + 1).length;
  const empty = figures.filter(e => e.getBoundingClientRect().height < 40 || !e.querySelector('figcaption').textContent.trim()).length;
  const unlabelled = [...document.querySelectorAll('figure svg')].filter(e => !e.getAttribute('aria-label') || e.getBoundingClientRect().height < 10).length;
  const outside = [...document.querySelectorAll('figure svg text')].filter(e => { const s = e.closest('svg').getBoundingClientRect(), t = e.getBoundingClientRect(); return t.left < s.left - 1 || t.right > s.right + 1; }).length;
  const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const light = s => { const [r, g, b] = s.match(/[0-9.]+/g).map(Number); return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
  const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const paper = light(getComputedStyle(document.querySelector('figure')).backgroundColor);
  const faint = [...document.querySelectorAll('figure svg text')].filter(e => ratio(light(getComputedStyle(e).fill), paper) < 4.5).length;
  document.title = `figures=${figures.length} wide=${wide} empty=${empty} unlabelled=${unlabelled} outside=${outside} faint=${faint} scroll=${document.documentElement.scrollWidth > innerWidth + 1}`;
});</script>"""


class Html(CommandTest):
    def page(self, name):
        scenario = os.path.join(LIBRARY, name + ".yaml")
        self.assertEqual(self.run_command("run", scenario, "-o", "r.h5", "--progress", "none").returncode, 0)
        done = self.run_command("report", "r.h5", "--html", "-o", name + ".html")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path(name + ".html"), encoding="utf-8") as f:
            return f.read()

    def chromium(self, *arguments):
        return subprocess.run([shutil.which("chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                               "--user-data-dir=" + self.path("profile"), *arguments], capture_output=True, text=True, timeout=120)

    def test_the_page_needs_nothing_else(self):
        page = self.page("quickstart")
        self.assertEqual(re.findall(r"(?:src|href)=\"(?!data:)[^\"]*\"|https?://|<script|@import|url\(", page), [])
        self.assertIsNone(re.search(r"\b(nan|inf)\b", re.sub(r"<pre>.*</pre>", "", page, flags=re.S)))
        self.assertEqual(page.count("<figure>"), page.count("</figure>"))

    def test_kinds_of_scenario_in_a_browser(self):
        if not shutil.which("chromium"):
            self.skipTest("skipped: no chromium")
        for kind in KINDS:
            self.write("probe.html", self.page(kind).replace("</body>", PROBE + "</body>"))
            for width, size in WIDTHS.items():
                for dark in (False, True):
                    with self.subTest(kind=kind, width=width, dark=dark):
                        if dark and kind != "quickstart":
                            continue
                        look = ("--blink-settings=preferredColorScheme=0",) if dark else ()
                        done = self.chromium("--enable-logging=stderr", "--window-size=%d,%d" % size, *look, "--dump-dom", "file://" + self.path("probe.html"))
                        self.assertEqual([l for l in done.stderr.splitlines() if ":CONSOLE" in l], [])
                        title = re.search(r"<title>(.*?)</title>", done.stdout).group(1)
                        self.assertRegex(title, r"figures=1\d wide=0 empty=0 unlabelled=0 outside=0 faint=0 scroll=false")
                        if ARTEFACTS:
                            os.makedirs(ARTEFACTS, exist_ok=True)
                            shot = os.path.join(ARTEFACTS, "page-%s-%s%s.png" % (kind, width, "-dark" if dark else ""))
                            self.chromium("--window-size=%d,%d" % (size[0], 3000 if width == "desktop" else 5000), *look, "--screenshot=" + shot,
                                          "file://" + self.path(kind + ".html"))
                            self.assertGreater(os.path.getsize(shot), 20_000)

    def test_it_prints(self):
        if not shutil.which("chromium"):
            self.skipTest("skipped: no chromium")
        self.page("pump-trip")
        self.chromium("--no-pdf-header-footer", "--print-to-pdf=" + self.path("p.pdf"), "file://" + self.path("pump-trip.html"))
        with open(self.path("p.pdf"), "rb") as f:
            pdf = f.read()
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertLess(pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page\r") + pdf.count(b"/Type /Page "), 12)


if __name__ == "__main__":
    import unittest
    unittest.main()
