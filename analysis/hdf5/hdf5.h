#pragma once

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

namespace headroom::report {

/// An HDF5 identifier that closes itself.
class Handle {
 public:
  using CloseFunction = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, CloseFunction close) : id_(id), close_(close) {}
  Handle(Handle&& o) noexcept : id_(std::exchange(o.id_, H5I_INVALID_HID)), close_(o.close_) {}
  Handle& operator=(Handle&& o) noexcept {
    if (this != &o) {
      Close();
      id_ = std::exchange(o.id_, H5I_INVALID_HID);
      close_ = o.close_;
    }
    return *this;
  }
  ~Handle() { Close(); }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// Closes now; negative where HDF5 could not.
  herr_t Close() { return id_ < 0 ? 0 : close_(std::exchange(id_, H5I_INVALID_HID)); }

 private:
  hid_t id_ = H5I_INVALID_HID;
  CloseFunction close_ = nullptr;
};

/// HDF5 prints nothing from this thread on; it keeps an error stack for each thread.
void SilenceErrors();

/// One open HDF5 file, and the place where a failed HDF5 call becomes an IoError.
///
/// HDF5 prints nothing itself; an error reads `PATH: cannot DOING: REASON`, REASON being the
/// operating system's where there is one ("No space left on device"), else HDF5's innermost.
class Hdf5File {
 public:
  /// A new file in the format of HDF5 1.8, links and attributes in the order of creation, no object
  /// times: equal writes give equal bytes. Replaces a file of that name. @throws IoError
  static Hdf5File Create(const std::string& path);
  /// @throws IoError
  static Hdf5File OpenToRead(const std::string& path);

  const std::string& path() const { return path_; }
  hid_t id() const { return file_; }
  /// Passes the result of an HDF5 call on. @throws IoError where it is negative.
  template <class T>
  T Check(T result, const char* doing) const {
    if (result < 0) Fail(doing);
    return result;
  }
  /// Wraps an identifier. @throws IoError where it is negative.
  Handle Own(hid_t id, Handle::CloseFunction close, const char* doing) const {
    return Handle(Check(id, doing), close);
  }
  [[noreturn]] void Fail(const char* doing) const;
  /// Opens the group at `path` (absolute), creating what is missing of it.
  Handle MakeGroup(const std::string& path) const;
  /// Names of the links of `group`, in the order of creation where the file keeps it.
  std::vector<std::string> Links(hid_t group) const;
  bool Has(hid_t object, const std::string& link) const;
  /// Brings the file on disk to a state that opens even if the process dies right after.
  void Flush() const;
  /// Closes the file. @throws IoError where what is left could not be written.
  void Close();

 private:
  Hdf5File(std::string path) : path_(std::move(path)) {}
  std::string path_;
  Handle file_;
};

}  // namespace headroom::report
