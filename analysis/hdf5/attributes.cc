#include "analysis/hdf5/attributes.h"

#include <hdf5_hl.h>

#include <algorithm>
#include <limits>

#include "sim/core/check.h"

namespace headroom::report {
namespace {

void Write(const Hdf5File& file, hid_t object, const char* name, hid_t file_type, hid_t space,
           hid_t memory_type, const void* value) {
  if (file.Check(H5Aexists(object, name), "read") > 0)
    file.Check(H5Adelete(object, name), "write an attribute");
  const Handle attribute =
      file.Own(H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
               "write an attribute");
  file.Check(H5Awrite(attribute, memory_type, value), "write an attribute");
}

template <class T>
void WriteOne(const Hdf5File& file, hid_t object, const char* name, hid_t type, hid_t memory,
              T value) {
  const hsize_t one = 1;
  const Handle space(H5Screate_simple(1, &one, nullptr), H5Sclose);
  Write(file, object, name, type, space, memory, &value);
}

/// The attribute if it is there and holds exactly one element.
Handle One(const Hdf5File& file, hid_t object, const char* name) {
  if (file.Check(H5Aexists(object, name), "read") <= 0) return {};
  Handle attribute = file.Own(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "read");
  const Handle space = file.Own(H5Aget_space(attribute), H5Sclose, "read");
  if (H5Sget_simple_extent_npoints(space) != 1) return {};
  return attribute;
}

bool IsNumber(hid_t attribute) {
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT;
}

}  // namespace

void WriteText(const Hdf5File& file, hid_t object, const char* name, const std::string& text) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, std::max<std::size_t>(text.size(), 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
  Write(file, object, name, type, scalar, type, text.c_str());
}

void WriteNumber(const Hdf5File& file, hid_t object, const char* name, double value) {
  WriteOne(file, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, value);
}

void WriteNumber(const Hdf5File& file, hid_t object, const char* name, std::uint64_t value) {
  WriteOne(file, object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, value);
}

void WriteMissingIsNan(const Hdf5File& file, hid_t dataset, hid_t type) {
  WriteOne(file, dataset, "_FillValue", type, H5T_NATIVE_DOUBLE,
           std::numeric_limits<double>::quiet_NaN());
}

void WriteFlags(const Hdf5File& file, hid_t dataset, const std::vector<std::string>& flags) {
  HR_CHECK(!flags.empty() && flags.size() <= 256, flags.size());
  std::vector<std::uint8_t> values(flags.size());
  std::string meanings;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    values[i] = static_cast<std::uint8_t>(i);
    meanings += (i ? " " : "") + flags[i];
    std::replace(meanings.end() - static_cast<std::ptrdiff_t>(flags[i].size()), meanings.end(), ' ',
                 '_');
  }
  const hsize_t count = values.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  Write(file, dataset, "flag_values", H5T_STD_U8LE, space, H5T_NATIVE_UINT8, values.data());
  WriteText(file, dataset, "flag_meanings", meanings);
}

std::optional<std::string> ReadText(const Hdf5File& file, hid_t object, const char* name) {
  const Handle attribute = One(file, object, name);
  if (!attribute.valid()) return std::nullopt;
  const Handle type(H5Aget_type(attribute), H5Tclose);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0) return std::nullopt;
  std::string text(H5Tget_size(type), '\0');
  file.Check(H5Aread(attribute, type, text.data()), "read an attribute");
  text.resize(std::min(text.find_last_not_of('\0') + 1, text.size()));
  return text;
}

std::optional<double> ReadNumber(const Hdf5File& file, hid_t object, const char* name) {
  const Handle attribute = One(file, object, name);
  if (!attribute.valid() || !IsNumber(attribute)) return std::nullopt;
  double value = 0.0;
  file.Check(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), "read an attribute");
  return value;
}

std::optional<std::uint64_t> ReadCount(const Hdf5File& file, hid_t object, const char* name) {
  const Handle attribute = One(file, object, name);
  if (!attribute.valid() || !IsNumber(attribute)) return std::nullopt;
  std::uint64_t value = 0;
  file.Check(H5Aread(attribute, H5T_NATIVE_UINT64, &value), "read an attribute");
  return value;
}

void MakeScale(const Hdf5File& file, hid_t scale, const std::string& name) {
  file.Check(H5DSset_scale(scale, name.c_str()), "write a dimension");
}

void Attach(const Hdf5File& file, hid_t dataset, hid_t scale, unsigned axis) {
  file.Check(H5DSattach_scale(dataset, scale, axis), "write a dimension");
}

Handle StringType() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

std::vector<std::string> ReadStrings(const Hdf5File& file, hid_t dataset) {
  const Handle space = file.Own(H5Dget_space(dataset), H5Sclose, "read");
  const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
  std::vector<char*> raw(count, nullptr);
  const Handle type = StringType();
  file.Check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), "read");
  std::vector<std::string> strings(count);
  for (std::size_t i = 0; i < count; ++i)
    if (raw[i]) strings[i] = raw[i];
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw.data());
  return strings;
}

}  // namespace headroom::report
