"""Seconds from the start of headroom-gui to its first painted window, five times: start.py HEADROOM-GUI STUDY."""
import os
import subprocess
import sys

environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
for _ in range(5):
    done = subprocess.run([sys.argv[1], "--time-to-window", sys.argv[2]], env=environment, capture_output=True, text=True, check=True)
    print(done.stdout.strip())
