"""Reports and sweeps in a notebook: open_report, open_sweep, plot. Needs xarray and h5netcdf (or netCDF4); plot needs matplotlib.

    import headroom
    run = headroom.open_report("run.h5")
    run.metrics["site.power.peak"]                    # 188123.4
    run.series.rack_group_power.sel(rack_group="train/air").plot()
    run.table("workloads/chat/requests")              # a DataFrame

    sweep = headroom.open_sweep("study")              # folder, or its sweep.h5
    headroom.plot(sweep, "workloads.pretrain.step_time", "site.cooling.rack_supply")
"""
import os

import xarray as xr


def _open(path, group=None):
    try:
        return xr.open_dataset(path, group=group, engine="h5netcdf")
    except ValueError:
        return xr.open_dataset(path, group=group, engine="netcdf4")


class Report:
    """One run: `series` is an xarray Dataset, `metrics` a dict, `table(name)` a DataFrame."""

    def __init__(self, path):
        self.path = path
        self.series = _open(path)
        table = _open(path, "metrics")
        names, values, words = (table[c].values for c in ("name", "value", "text"))
        self.metrics = {str(n): (str(w) if w else float(v)) for n, v, w in zip(names, values, words)}
        self.units = {str(n): str(u) for n, u in zip(names, table["unit"].values)}
        self.status = str(self.series.attrs["status"])
        self.scenario = str(self.series.attrs["scenario"])

    def table(self, name):
        return _open(self.path, name.strip("/")).to_dataframe()


def open_report(path):
    return Report(path)


def open_sweep(path):
    """The collected file as a Dataset: value(point, metric), what was varied as coordinates."""
    return _open(os.path.join(path, "sweep.h5") if os.path.isdir(path) else path)


def frame(sweep):
    """One row per point: what was varied and every figure."""
    figures = sweep.value.to_pandas()
    varied = {c: sweep[c].values for c in sweep.coords if sweep[c].dims == ("point",) and c != "point"}
    return figures.assign(**varied)


def plot(sweep, metric, over, by=None, ax=None):
    """`metric` over the coordinate `over`, one line per value of `by`. Returns the axes."""
    import matplotlib.pyplot as plt
    ax = ax or plt.gca()
    f = frame(sweep)
    for label, rows in (f.groupby(by) if by else [(None, f)]):
        mean = rows.groupby(over)[metric].mean()
        ax.plot(mean.index, mean.values, marker="o", label=None if label is None else "%s = %s" % (by, label))
    unit = str(sweep.unit.sel(metric=metric).values)
    ax.set_xlabel("%s [%s]" % (over, sweep[over].attrs.get("units", "")))
    ax.set_ylabel("%s [%s]" % (metric, unit))
    if by:
        ax.legend()
    return ax
