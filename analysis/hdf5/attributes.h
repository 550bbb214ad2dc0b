#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/hdf5/hdf5.h"

/// Attributes in the spelling that every netCDF-4 reader takes: scalar fixed-length UTF-8 text,
/// one-element numbers. Writing a name again replaces its value.
namespace headroom::report {

void WriteText(const Hdf5File& file, hid_t object, const char* name, const std::string& text);
void WriteNumber(const Hdf5File& file, hid_t object, const char* name, double value);
void WriteNumber(const Hdf5File& file, hid_t object, const char* name, std::uint64_t value);
/// `_FillValue`: NaN of the type of the dataset, as CF asks.
void WriteMissingIsNan(const Hdf5File& file, hid_t dataset, hid_t type);
/// `flag_values` 0, 1, 2 ... and `flag_meanings`, blanks in a flag written as underscores.
void WriteFlags(const Hdf5File& file, hid_t dataset, const std::vector<std::string>& flags);

std::optional<std::string> ReadText(const Hdf5File& file, hid_t object, const char* name);
std::optional<double> ReadNumber(const Hdf5File& file, hid_t object, const char* name);
std::optional<std::uint64_t> ReadCount(const Hdf5File& file, hid_t object, const char* name);

/// Makes `scale` a dimension scale of its own name, and `Attach` the scale of axis `axis` of
/// `dataset`.
void MakeScale(const Hdf5File& file, hid_t scale, const std::string& name);
void Attach(const Hdf5File& file, hid_t dataset, hid_t scale, unsigned axis);

/// The memory and file type of strings of any length.
Handle StringType();
/// Strings of a one-dimensional dataset of `StringType()`.
std::vector<std::string> ReadStrings(const Hdf5File& file, hid_t dataset);

}  // namespace headroom::report
