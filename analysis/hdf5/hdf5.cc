#include "analysis/hdf5/hdf5.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

/// What is worth telling of HDF5's error stack.
std::string Reason() {
  struct Found {
    std::string system;
    std::string innermost;
  } found;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* e, void* to) -> herr_t {
        auto& found = *static_cast<Found*>(to);
        const std::string_view text = e->desc ? e->desc : "";
        constexpr std::string_view kSystem = "error message = '";
        if (auto at = text.find(kSystem); at != text.npos && found.system.empty()) {
          const auto from = at + kSystem.size();
          found.system = text.substr(from, text.find('\'', from) - from);
        }
        if (found.innermost.empty()) found.innermost = text;
        return 0;
      },
      &found);
  if (!found.system.empty()) return found.system;
  return found.innermost.empty() ? "HDF5 gives no reason" : found.innermost;
}

/// Starts the library without its clean-up at exit: where a disk is full that would write again, and crash. Every handle
/// is closed by its owner.
void StartLibrary() {
  H5dont_atexit();
  SilenceErrors();
}

Handle AccessList() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
  // Locks where the file system has them: two runs never write one file.
  H5Pset_file_locking(access, true, true);
  H5Pset_fclose_degree(access, H5F_CLOSE_SEMI);
  // The end of the file, which HDF5 writes last, moves rarely: until it has moved, what lies behind
  // it cannot be read.
  H5Pset_small_data_block_size(access, 64 << 10);
  H5Pset_meta_block_size(access, 64 << 10);
  return access;
}

}  // namespace

void SilenceErrors() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

Hdf5File Hdf5File::Create(const std::string& path) {
  StartLibrary();
  Hdf5File file(path);
  Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_obj_track_times(creation, false);
  file.file_ =
      file.Own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, AccessList()), H5Fclose, "create");
  return file;
}

Hdf5File Hdf5File::OpenToRead(const std::string& path) {
  StartLibrary();
  Hdf5File file(path);
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access, false, true);
  file.file_ = file.Own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "open");
  return file;
}

void Hdf5File::Fail(const char* doing) const {
  throw IoError(fmt::format("{}: cannot {}: {}", path_, doing, Reason()));
}

Handle Hdf5File::MakeGroup(const std::string& path) const {
  std::string so_far;
  Handle group(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose);
  for (std::size_t from = 1; from < path.size();) {
    const auto to = std::min(path.find('/', from), path.size());
    const std::string name = path.substr(from, to - from);
    if (Has(group, name)) {
      group = Own(H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose, "open a group");
    } else {
      Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
      H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
      H5Pset_obj_track_times(creation, false);
      Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
      H5Pset_char_encoding(links, H5T_CSET_UTF8);
      group = Own(H5Gcreate2(group, name.c_str(), links, creation, H5P_DEFAULT), H5Gclose,
                  "write a group");
    }
    from = to + 1;
  }
  return group;
}

std::vector<std::string> Hdf5File::Links(hid_t group) const {
  auto add = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->push_back(name);
    return 0;
  };
  std::vector<std::string> names;
  hsize_t at = 0;
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &at, add, &names) < 0) {
    // Another program wrote the group and did not keep the order.
    names.clear();
    at = 0;
    Check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, add, &names), "read");
  }
  return names;
}

bool Hdf5File::Has(hid_t object, const std::string& link) const {
  return Check(H5Lexists(object, link.c_str(), H5P_DEFAULT), "read") > 0;
}

void Hdf5File::Flush() const { Check(H5Fflush(file_, H5F_SCOPE_GLOBAL), "write"); }

void Hdf5File::Close() { Check(file_.Close(), "write"); }

}  // namespace headroom::report
