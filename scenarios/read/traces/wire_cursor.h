#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "sim/core/diagnostics.h"

namespace headroom::scenario {

/// Walks over bytes in Protobuf's wire format. What runs over the end or cannot be is a ConfigError
/// with file and byte.
class WireCursor {
 public:
  WireCursor(std::string_view bytes, const std::string& file)
      : WireCursor(bytes, bytes.data(), file) {}
  /// A part of a file that begins at `start`.
  WireCursor(std::string_view bytes, const char* start, const std::string& file)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), start_(start), file_(file) {}

  bool done() const { return at_ == end_; }
  std::uint64_t byte() const { return static_cast<std::uint64_t>(at_ - start_); }

  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) Fail("the number that begins here is cut off");
      const auto b = static_cast<unsigned char>(*at_++);
      value |= shift < 64 ? static_cast<std::uint64_t>(b & 0x7f) << shift : 0;
      if (b < 0x80) return value;
    }
    Fail("a number is longer than ten bytes");
  }
  /// Field number and wire type.
  struct Tag {
    std::uint32_t field = 0;
    std::uint32_t type = 0;
  };
  Tag NextTag() {
    const std::uint64_t key = Varint();
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff)
      Fail(fmt::format("{} is not the number of a field", key >> 3));
    return {static_cast<std::uint32_t>(key >> 3), static_cast<std::uint32_t>(key & 7)};
  }
  std::string_view Bytes() {
    const std::uint64_t n = Varint();
    const auto left = static_cast<std::uint64_t>(end_ - at_);
    if (n > left) Fail(fmt::format("{} bytes are announced and {} are left", n, left));
    const std::string_view out(at_, n);
    at_ += n;
    return out;
  }
  std::uint64_t Fixed(int width) {
    if (end_ - at_ < width) Fail("a number is cut off");
    std::uint64_t value = 0;
    for (int i = 0; i < width; ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at_[i])) << 8 * i;
    at_ += width;
    return value;
  }
  void Skip(Tag tag) {
    switch (tag.type) {
      case 0:
        Varint();
        return;
      case 1:
        Fixed(8);
        return;
      case 2:
        Bytes();
        return;
      case 5:
        Fixed(4);
        return;
      default:
        Fail(fmt::format("field {} has wire type {}, which is not known", tag.field, tag.type));
    }
  }
  void Expect(Tag tag, std::uint32_t type) {
    if (tag.type != type)
      Fail(fmt::format("field {} has wire type {}; {} is due", tag.field, tag.type, type));
  }
  WireCursor Inside(std::string_view bytes) const { return WireCursor(bytes, start_, file_); }
  [[noreturn]] void Fail(const std::string& message) const {
    throw ConfigError(fmt::format("{}: byte {}: {}", file_, byte(), message));
  }

 private:
  const char* at_;
  const char* end_;
  const char* start_;
  const std::string& file_;
};

}  // namespace headroom::scenario
