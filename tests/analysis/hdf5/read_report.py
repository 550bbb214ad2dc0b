"""Reads the sample report as users do. read_report.py READER PATH_OF_report_sample"""
import hashlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time


def skip(what):
    print(f"skipped: {what} is not installed")
    sys.exit(0)


def need(*modules):
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            skip(module)


def write(program, path, intervals=600, rows=3, **environment):
    subprocess.run([program, path, str(intervals), str(rows)], check=True, env={**os.environ, **environment})
    assert not os.path.exists(path + ".partial")


def read_h5py(path):
    need("h5py")
    import h5py
    with h5py.File(path) as f:
        power = f["rack_power"]
        assert power.dtype == "float32" and power.shape == (600, 3), power
        assert power.chunks[0] * power.chunks[1] * 4 <= 1 << 20 and power.shuffle and power.compression_opts == 4
        assert power[599, 2] == 3599 and math.isnan(power[3, 1])
        assert [s.decode() for s in f["rack"][:]] == ["row-1/rack-1", "row-1/rack-2", "row-1/rack-3"]
        assert power.dims[0][0].name == "/time" and power.dims[1][0].name == "/rack"
        assert f.attrs["seed"][0] == 2**64 - 1 and f.attrs["status"].decode() == "done"
        text = f.attrs["scenario"]
        assert f.attrs["scenario_sha256"].decode() == hashlib.sha256(text).hexdigest()
        assert "history" not in f.attrs and "tank_level" not in f
        assert f.attrs["title"].decode("utf-8").endswith("gr\u00fcn")


def read_xarray(path, engine):
    need("xarray", "pandas", "netCDF4" if engine == "netcdf4" else "h5netcdf")
    import numpy
    import xarray
    with xarray.open_dataset(path, engine=engine) as ds:
        assert ds.sizes["time"] == 600 and ds.sizes["rack"] == 3, ds.sizes
        assert ds.rack_power.dims == ("time", "rack") and ds.site_power.dims == ("time",)
        rack = ds.rack_power.sel(rack="row-1/rack-3", time="2026-01-01T00:00:10")
        assert float(rack.squeeze()) == 3000.0
        assert numpy.isnan(ds.rack_power.values[3, 1]) and numpy.isnan(ds.rack_power.values).sum() == 1
        assert ds.rack_power.attrs["units"] == "W" and ds.rack_power.attrs["cell_methods"] == "time: mean"
        assert ds.attrs["Conventions"] == "CF-1.8" and ds.attrs["schema_version"] == 1
        assert ds.attrs["title"].endswith("gr\u00fcn"), ds.attrs["title"]
    with xarray.open_dataset(path, engine=engine, group="workloads/chat/requests") as ds:
        table = ds.to_dataframe()
        assert list(table.output_tokens) == [2**40, 2**40 + 1, 2**40 + 2] and table.output_tokens.dtype == "int64"
        assert list(table.arrival) == [0.0, 0.25, 0.5] and list(table.state) == [0, 1, 0]
        assert numpy.isnan(table.finish[1]) and table.finish[2] == 2.0
        assert ds.state.attrs["flag_meanings"] == "completed rejected_by_router"
        assert list(ds.state.attrs["flag_values"]) == [0, 1]
    with xarray.open_dataset(path, engine=engine, group="metrics") as ds:
        assert float(ds.value.sel(name="site.power.mean")) == 132400.0
        assert str(ds.text.sel(name="site.binding").values) == "liquid"
        assert str(ds.unit.sel(name="site.power.mean").values) == "W"
    with xarray.open_dataset(path, engine=engine, group="events") as ds:
        assert list(ds.what.values) == ["", "K\u00fchlung", "cdu-1"], ds.what.values
    with xarray.open_dataset(path, engine=engine, group="workloads/chat/replicas") as ds:
        assert ds.sizes["replica"] == 0


def read_ncdump(path):
    if not shutil.which("ncdump"):
        skip("ncdump")
    text = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    for line in ("time = UNLIMITED ; // (600 currently)", "rack = 3 ;", "float rack_power(time, rack) ;",
                 'rack_power:units = "W" ;', "rack_power:_FillValue = NaNf ;", "string rack(rack) ;",
                 'time:units = "seconds since 2026-01-01T00:00:00Z" ;', ':Conventions = "CF-1.8" ;',
                 "group: requests {", "int64 id(request) ;", 'state:flag_meanings = "completed rejected_by_router" ;'):
        assert line in text, f"{line}\nis not in\n{text}"
    assert "phony" not in text and text.index("int64 id(") < text.index("double arrival(")


def read_identity(program, folder):
    """Two processes at two times, their memory filled with different junk, write the same bytes."""
    digests = []
    for name, junk in (("a.h5", "17"), ("b.h5", "211")):
        path = os.path.join(folder, name)
        write(program, path, intervals=700, rows=5000, MALLOC_PERTURB_=junk)
        digests.append(hashlib.sha256(open(path, "rb").read()).hexdigest())
        time.sleep(1.1)
    assert digests[0] == digests[1], digests


def main():
    reader, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        if reader == "identity":
            return read_identity(program, folder)
        path = os.path.join(folder, "sample.h5")
        write(program, path)
        {"h5py": read_h5py, "netcdf4": lambda p: read_xarray(p, "netcdf4"),
         "h5netcdf": lambda p: read_xarray(p, "h5netcdf"), "ncdump": read_ncdump}[reader](path)


main()
