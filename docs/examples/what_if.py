"""Reads the sweep of what-if.yaml: what each event costs, and the power at the utility before and after it.

    headroom sweep run what-if.yaml -o what-if
    PYTHONPATH=../../analysis/python what_if.py what-if what-if.png
"""
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

import headroom

NAMES = ["nothing", "limit of 900 kW", "pump trip", "hot day", "three times the requests"]
folder, picture = sys.argv[1:3]

sweep = headroom.open_sweep(folder)
points = headroom.frame(sweep)                         # one row per point: what was varied, and every figure
usual = points.iloc[0]
print("%-26s %12s %13s %12s %10s" % ("event", "mean power", "steps trained", "p90 of TTFT", "hottest"))
for name, (_, p) in zip(NAMES, points.iterrows()):
    print("%-26s %9.0f kW %11.0f %% %9.0f ms %5.0f degC"
          % (name, p["site.power.mean"] / 1e3, 100 * p["workloads.pretrain.steps"] / usual["workloads.pretrain.steps"],
             1e3 * p["workloads.chat.ttft.p90"], p["site.cooling.case_max"]))

figure, axes = plt.subplots(figsize=(7.2, 3.4), constrained_layout=True)
for name, report in zip(NAMES, sweep.report.values):
    run = headroom.open_report(os.path.join(folder, "reports", "%s.h5" % report))
    minutes = (run.series.time - run.series.time[0]).values.astype("timedelta64[ms]").astype(float) / 60e3
    axes.plot(minutes, run.series.site_power / 1e3, label=name)
axes.axvline(30, color="#5B626B", linewidth=0.8, linestyle=":")
axes.set_xlabel("min")
axes.set_ylabel("power at the utility, kW")
axes.set_title("One half hour, five futures", loc="left")
axes.legend(frameon=False, fontsize=8)
figure.savefig(picture, dpi=120)
