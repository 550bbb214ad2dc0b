#!/usr/bin/python3
"""Draws the figures of the README and the docs from reports of library scenarios.

    docs/figures/make_figures.py [build/release/headroom [FIGURE...]]

Needs python3-matplotlib and python3-xarray. Runs each scenario first, so a figure always shows what the program says.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import xarray as xr

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/headroom"
BLUE, ORANGE, GREEN, PINK, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D13B3B"
TEXT, SECOND = "#1A1D21", "#5B626B"
plt.rcParams.update({"font.size": 9, "font.family": "DejaVu Sans", "axes.spines.top": False, "axes.spines.right": False,
                     "axes.edgecolor": SECOND, "axes.labelcolor": TEXT, "xtick.color": SECOND, "ytick.color": SECOND,
                     "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titlecolor": TEXT, "figure.facecolor": "white"})


def run(scenario, folder, *overrides):
    report = pathlib.Path(folder) / (pathlib.Path(scenario).stem + ".h5")
    arguments = [x for o in overrides for x in ("--set", o)]
    subprocess.run([str(BINARY), "run", str(ROOT / "scenarios/library" / scenario), "-o", str(report), "--progress", "none",
                    *arguments], check=True, stdout=subprocess.DEVNULL)
    return xr.open_dataset(report, engine="h5netcdf")


def minutes(ds):
    t = ds.time.values
    return (t - t[0]).astype("timedelta64[ms]").astype(float) / 60e3


def label_end(ax, x, y, text, colour):
    ax.annotate(text, (x[-1], y[-1]), xytext=(4, 0), textcoords="offset points", va="center", color=colour)


def hot_afternoon(folder):
    """Coolant too warm: temperature, clock, power and tokens push each other."""
    hot = run("hot-afternoon.yaml", folder, "run.duration=20 min", "record.every=2 s")
    t = minutes(hot)
    figure, axes = plt.subplots(2, 2, figsize=(10, 5.2), sharex=True, constrained_layout=True)
    (a, b), (c, d) = axes
    die = hot.die_temperature.isel(rack_group=0).values
    supply = hot.rack_supply_temperature.isel(cdu=0).values
    a.plot(t, die, color=RED)
    a.plot(t, supply, color=BLUE)
    a.axhline(87, color=SECOND, lw=0.8, ls="--")
    a.text(0.2, 87.6, "throttle, 87 °C", color=SECOND)
    label_end(a, t, die, "die", RED)
    label_end(a, t, supply, "coolant", BLUE)
    a.set_title("Temperature, °C")
    b.plot(t, 100 * hot.clock.isel(rack_group=0).values, color=ORANGE)
    b.set_title("Clock that the plant allows, % of full")
    c.plot(t, hot.site_power.values / 1e6, color=TEXT)
    c.plot(t, hot.it_power.values / 1e6, color=SKY)
    label_end(c, t, hot.site_power.values / 1e6, "utility", TEXT)
    label_end(c, t, hot.it_power.values / 1e6, "racks", SKY)
    c.set_title("Power, MW")
    c.set_xlabel("minutes")
    d.plot(t, hot.tokens_per_second.isel(workload=0).values / 1e3, color=GREEN)
    d.set_title("Training throughput, thousand tokens/s")
    d.set_xlabel("minutes")
    for ax in axes.flat:
        ax.grid(axis="y", color="#E6E8EB", lw=0.6)
        ax.margins(x=0)
    figure.suptitle("A hot afternoon: 8 NVL72 racks train a 405B model on coolant at 58 °C", x=0.01, ha="left", fontsize=11)
    figure.savefig(ROOT / "docs/figures/hot-afternoon.png", dpi=120)


def pump_trip(folder):
    """A row loses its only CDU's pumps for two minutes: temperatures, clock, power and lost work."""
    trip = run("pump-trip.yaml", folder)
    healthy = run("pump-trip.yaml", folder, "site.faults=[]")
    t = minutes(trip) - 30
    shown = (t > -1) & (t < 10)
    t = t[shown]
    figure, axes = plt.subplots(2, 2, figsize=(10, 5.2), sharex=True, constrained_layout=True)
    (a, b), (c, d) = axes
    die = trip.die_temperature.isel(rack_group=0).values[shown]
    supply = trip.rack_supply_temperature.isel(cdu=0).values[shown]
    a.plot(t, die, color=RED)
    a.plot(t, supply, color=BLUE)
    for level, name in ((87, "throttle"), (92, "shutdown")):
        a.axhline(level, color=SECOND, lw=0.8, ls="--")
        a.text(9.9, level + 0.6, f"{name}, {level} °C", color=SECOND, ha="right")
    label_end(a, t, die, "die", RED)
    label_end(a, t, supply, "coolant", BLUE)
    a.set_title("Temperature, °C")
    b.plot(t, 100 * trip.clock.isel(rack_group=0).values[shown], color=ORANGE)
    b.set_title("Clock that the plant allows, % of full (0: boards off)")
    c.plot(t, trip.site_power.values[shown] / 1e6, color=TEXT)
    c.plot(t, trip.cooling_power.sum(dim=[x for x in trip.cooling_power.dims if x != "time"]).values[shown] / 1e6, color=SKY)
    label_end(c, t, trip.site_power.values[shown] / 1e6, "utility", TEXT)
    c.text(9.9, 0.12, "cooling", color=SKY, ha="right")
    c.set_ylim(bottom=0)
    c.set_title("Power, MW")
    c.set_xlabel("minutes after the trip")
    per_step = 504 * 8192
    lost = (healthy.tokens_per_second.isel(workload=0).values - trip.tokens_per_second.isel(workload=0).values).cumsum() / per_step
    lost = lost[shown]
    d.plot(t, lost, color=GREEN)
    label_end(d, t, lost, f"{lost[-1]:.0f}", GREEN)
    d.set_title("Training steps lost")
    d.set_xlabel("minutes after the trip")
    for ax in axes.flat:
        ax.grid(axis="y", color="#E6E8EB", lw=0.6)
        ax.margins(x=0)
        ax.axvspan(0, 2, color="#F3E3E3", zorder=0)
    figure.suptitle("A CDU's pumps stand for two minutes (shaded): 8 NVL72 racks at full load, no spare unit", x=0.01,
                    ha="left", fontsize=11)
    figure.savefig(ROOT / "docs/figures/pump-trip.png", dpi=120)


def outage(folder):
    """The utility is lost: what carries a row with generators, and what becomes of it without."""
    saved = run("outage-with-generators.yaml", folder)
    saved.load()
    dark = run("outage-with-generators.yaml", folder, "site.power.generators.start_failure=100 %")
    t = minutes(saved) - 20
    shown = (t > -2) & (t < 45)
    t = t[shown]
    figure, axes = plt.subplots(2, 2, figsize=(10, 5.2), sharex=True, constrained_layout=True)
    colours = {"utility": TEXT, "generators": ORANGE, "ups": GREEN}
    for ax, ds, title, places in (
            (axes[0][0], saved, "Power by source, MW: two generators and a spare",
             {"utility": (37, 1.13), "generators": (10, 1.14), "ups": (0.8, 0.6)}),
            (axes[0][1], dark, "Power by source, MW: no generator starts", {"utility": (37, 1.16), "ups": (3, 0.31)})):
        names = [str(x) for x in ds.source.values]
        for name, colour in colours.items():
            watts = ds.supply_power.isel(source=names.index(name)).values[shown] / 1e6
            if abs(watts).max() < 1e-6:
                continue
            ax.plot(t, watts, color=colour)
            ax.text(*places[name], {"ups": "UPS batteries"}.get(name, name), color=colour)
        ax.set_title(title)
        ax.set_ylim(top=1.3)
    for ds, colour, name in ((saved, BLUE, "generators"), (dark, RED, "none starts")):
        die = ds.die_temperature.isel(rack_group=0).values[shown]
        axes[1][0].plot(t, die, color=colour)
        tokens = ds.tokens_per_second.isel(workload=0).values[shown] / 1e3
        axes[1][1].plot(t, tokens, color=colour)
        axes[1][1].text(t[-1], tokens.max() * (0.9 if colour == BLUE else 0.2), name, color=colour, ha="right")
    axes[1][0].set_title("Die temperature, °C")
    axes[1][1].set_title("Training throughput, thousand tokens/s")
    for ax in axes[1]:
        ax.set_xlabel("minutes after the loss")
    for ax in axes.flat:
        ax.grid(axis="y", color="#E6E8EB", lw=0.6)
        ax.margins(x=0)
        ax.axvspan(0, 30, color="#F3E3E3", zorder=0)
    figure.suptitle("Half an hour without the utility (shaded): 8 NVL72 racks that train", x=0.01, ha="left", fontsize=11)
    figure.savefig(ROOT / "docs/figures/outage.png", dpi=120)


def trading(folder):
    """A battery that trades over two days: price, site and utility, charge."""
    ds = run("arbitrage-day.yaml", folder)
    t = minutes(ds) / 60
    figure, axes = plt.subplots(3, 1, figsize=(10, 5.6), sharex=True, constrained_layout=True)
    axes[0].plot(t, ds.energy_price.values, color=ORANGE)
    axes[0].set_title("Price, USD/MWh")
    axes[1].plot(t, ds.site_power.values / 1e6, color=TEXT)
    axes[1].plot(t, (ds.site_power.values - ds.battery_power.values) / 1e6, color=SKY)
    axes[1].text(5.1, 2.1, "utility", color=TEXT)
    axes[1].text(12, 1.18, "site", color=SKY)
    axes[1].set_ylim(0, 2.4)
    axes[1].set_title("Power, MW")
    axes[2].plot(t, 100 * ds.battery_charge.values, color=GREEN)
    axes[2].set_title("Charge of the battery, % (the last 10 are kept for outages)")
    axes[2].set_xlabel("hours")
    for ax in axes.flat:
        ax.grid(axis="y", color="#E6E8EB", lw=0.6)
        ax.margins(x=0)
    figure.suptitle("Two days of trading: 4 MWh and 1 MW beside 8 NVL72 racks", x=0.01, ha="left", fontsize=11)
    figure.savefig(ROOT / "docs/figures/trading.png", dpi=120)


def capacity(folder):
    """Cost per million tokens against the speed that a user sees, and what a token's energy goes into at the highest rate."""
    done = subprocess.run([str(BINARY), "capacity", str(ROOT / "scenarios/library/serve-chat-h100.yaml"), "--curve", "--json", "--quiet",
                           "--types", "dgx-h100,dgx-h200,dgx-b200,mi300x-8", "--set", "workloads[chat].serve.requests.count=2000"],
                          check=True, stdout=subprocess.PIPE)
    cases = json.loads(done.stdout)["cases"]
    figure, (a, b) = plt.subplots(1, 2, figsize=(10, 3.6), constrained_layout=True)
    for case, colour in zip(cases, (BLUE, GREEN, RED, ORANGE)):
        loads = case["loads"]
        x, y = [l["tokens_per_second_per_user"] for l in loads], [l["usd_per_million_tokens"] for l in loads]
        a.plot(x, y, color=colour, marker="o", ms=3)
        a.annotate(case["case"], (x[0], y[0]), xytext=(4, 2), textcoords="offset points", color=colour)
    a.set_yscale("log")
    a.set_title("USD per million output tokens")
    a.set_xlabel("tokens/s of a user (median)")
    kinds = ["gemm", "prefill_attention", "decode_attention", "communication", "other", "host", "waiting"]
    bottom = [0.0] * len(cases)
    for kind, colour in zip(kinds, (BLUE, SKY, GREEN, ORANGE, PINK, SECOND, "#C9CDD2")):
        values = [case["highest"]["kernels"].get(kind, {"joules_per_token": 0})["joules_per_token"] for case in cases]
        b.bar(range(len(cases)), values, bottom=bottom, color=colour, label=kind.replace("_", " "), width=0.6)
        bottom = [x + y for x, y in zip(bottom, values)]
    b.set_xticks(range(len(cases)), [case["case"] for case in cases])
    b.set_title("Joules per output token at the highest rate, by kind of kernel")
    b.legend(frameon=False, fontsize=8, bbox_to_anchor=(1.0, 1.0), loc="upper left")
    figure.savefig(ROOT / "docs/figures/capacity.png", dpi=110)


FIGURES = {"hot-afternoon": hot_afternoon, "pump-trip": pump_trip, "outage": outage, "trading": trading, "capacity": capacity}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[2:] or FIGURES:
            FIGURES[name](folder)
