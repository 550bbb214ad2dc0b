#include "sim/config/field_text.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "sim/config/options.pb.h"
#include "sim/config/quantity_text.h"
#include "sim/config/quoted.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Text of a bound as a number of the field: "0 kW" of a power, "12" of a count.
double Bound(const std::string& text, const Field& options) {
  const QuantityResult bound =
      options.unit().empty() ? ParseNumber(text) : ParseQuantity(text, options.unit());
  HR_CHECK(bound.ok(), bound.error);
  return bound.value;
}

std::string CheckBounds(double value, std::string_view text, const Field& options) {
  const auto refuse = [&](std::string_view size, std::string_view rule, const std::string& bound) {
    return fmt::format("{} is too {}; it must be {} {}", Shown(text), size, rule, bound);
  };
  if (!options.min().empty() && value < Bound(options.min(), options)) {
    return refuse("small", "at least", options.min());
  }
  if (!options.above().empty() && value <= Bound(options.above(), options)) {
    return refuse("small", "more than", options.above());
  }
  if (!options.max().empty() && value > Bound(options.max(), options)) {
    return refuse("large", "at most", options.max());
  }
  return "";
}

/// `[-]digits`, no leading zeros: the one spelling of a whole number.
template <class Int>
std::string ReadInteger(std::string_view text, const Field& options, Int* out) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (!AllDigits(digits) || (digits.size() > 1 && digits[0] == '0'))
    return Quoted(text) + " is not a whole number";
  const auto error = std::from_chars(text.data(), text.data() + text.size(), *out).ec;
  if (error == std::errc() && !(negative && std::is_unsigned_v<Int>)) {
    return CheckBounds(static_cast<double>(*out), text, options);
  }
  if (negative) {
    const std::string least =
        std::is_unsigned_v<Int> ? "0" : std::to_string(std::numeric_limits<Int>::min());
    return fmt::format("{} is too small; it must be at least {}", Shown(text),
                       options.min().empty() ? least : options.min());
  }
  return fmt::format(
      "{} is too large; it must be at most {}", Shown(text),
      options.max().empty() ? std::to_string(std::numeric_limits<Int>::max()) : options.max());
}

std::string CheckWord(const std::string& text, const Field& options) {
  const std::vector<std::string> words(options.word().begin(), options.word().end());
  if (words.empty() || std::find(words.begin(), words.end(), text) != words.end()) return "";
  const std::string near = text.size() > 60 ? "" : Nearest(text, words);
  if (!near.empty())
    return fmt::format("no such word as {}; did you mean '{}'?", Quoted(text), near);
  return fmt::format("no such word as {}; it must be {}{}", Quoted(text),
                     words.size() > 1 ? "one of " : "", fmt::join(words, ", "));
}

template <class Int, class Set>
std::string SetInteger(std::string_view text, const Field& options, Set set) {
  Int value = 0;
  std::string error = ReadInteger(text, options, &value);
  if (error.empty()) set(value);
  return error;
}

}  // namespace

std::string SetFromText(Message* message, const FieldDescriptor& field, const Field& options,
                        std::string_view text) {
  const auto& reflection = *message->GetReflection();
  const bool repeated = field.is_repeated();
#define HEADROOM_SET(Type)                                   \
  [&](auto value) {                                          \
    repeated ? reflection.Add##Type(message, &field, value)  \
             : reflection.Set##Type(message, &field, value); \
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") return Quoted(text) + " is neither true nor false";
      HEADROOM_SET(Bool)(text == "true");
      return "";
    case FieldDescriptor::CPPTYPE_UINT32:
      return SetInteger<std::uint32_t>(text, options, HEADROOM_SET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return SetInteger<std::uint64_t>(text, options, HEADROOM_SET(UInt64));
    case FieldDescriptor::CPPTYPE_INT32:
      return SetInteger<std::int32_t>(text, options, HEADROOM_SET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return SetInteger<std::int64_t>(text, options, HEADROOM_SET(Int64));
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const QuantityResult read =
          options.unit().empty() ? ParseNumber(text) : ParseQuantity(text, options.unit());
      std::string error = read.ok() ? CheckBounds(read.value, text, options) : read.error;
      if (error.empty()) HEADROOM_SET(Double)(read.value);
      return error;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string value(text);
      // Without presence an empty text would be an absent key, whose default would come back.
      if (value.empty() && (options.required() || !options.default_().empty()))
        return "the text is empty";
      std::string error = CheckWord(value, options);
      if (error.empty()) HEADROOM_SET(String)(value);
      return error;
    }
    default:
      break;
  }
#undef HEADROOM_SET
  HR_CHECK(false, field.full_name(), field.cpp_type_name());
  return "";
}

std::string TextOf(const Message& message, const FieldDescriptor& field, const Field& options,
                   int index) {
  const auto& reflection = *message.GetReflection();
#define HEADROOM_GET(Type)                           \
  (index < 0 ? reflection.Get##Type(message, &field) \
             : reflection.GetRepeated##Type(message, &field, index))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return HEADROOM_GET(Bool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(HEADROOM_GET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(HEADROOM_GET(UInt64));
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(HEADROOM_GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(HEADROOM_GET(Int64));
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const double value = HEADROOM_GET(Double);
      return options.unit().empty() ? fmt::format("{}", value)
                                    : FormatQuantity(value, options.unit());
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return HEADROOM_GET(String);
    default:
      break;
  }
#undef HEADROOM_GET
  HR_CHECK(false, field.full_name(), field.cpp_type_name());
  return "";
}

std::string ScalarDue(const FieldDescriptor& field, const Field& options) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false is due";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return options.unit().empty() ? "a number is due" : QuantityDue(options.unit());
    case FieldDescriptor::CPPTYPE_STRING:
      return options.word().empty() ? "a text is due" : "a word is due";
    default:
      return "a whole number is due";
  }
}

}  // namespace headroom::config
