#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

#include "models/catalog/builtin_sheets.h"
#include "models/catalog/catalog.pb.h"
#include "sim/config/yaml_tree.h"

using namespace headroom;
using namespace headroom::catalog;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32;
}

/// Paths of what is written below `node`, lists without an index: all of them, and those that are
/// numbers.
void Collect(const config::Node& node, const Descriptor& message, const std::string& above,
             std::vector<std::string>* all, std::vector<std::string>* numbers) {
  for (const auto& [key, value] : node.entries) {
    const FieldDescriptor* field = message.FindFieldByName(key.scalar);
    REQUIRE(field != nullptr);
    const std::string path = above + key.scalar;
    all->push_back(path);
    if (IsNumber(*field)) numbers->push_back(path);
    if (field->message_type() == nullptr) continue;
    if (value.is_map()) Collect(value, *field->message_type(), path + ".", all, numbers);
    for (const auto& item : value.items)
      Collect(item, *field->message_type(), path + ".", all, numbers);
  }
}

bool Covers(const std::string& source, const std::string& path) {
  return source == "*" || source == path || path.starts_with(source + ".");
}

void ForEachSheet(const std::function<void(const std::vector<std::string>& all,
                                           const std::vector<std::string>& numbers,
                                           const config::Node& sources)>& check) {
  for (const BuiltinSheet& sheet : BuiltinSheets()) {
    INFO(sheet.kind << "/" << sheet.name);
    const config::Node root = config::ParseYaml(sheet.text, std::string(sheet.name));
    const FieldDescriptor* kind = Sheet::descriptor()->FindFieldByName(std::string(sheet.kind));
    REQUIRE(kind != nullptr);
    const config::Node* body = root.Find(sheet.kind);
    const config::Node* sources = root.Find("sources");
    REQUIRE(body != nullptr);
    REQUIRE(sources != nullptr);
    std::vector<std::string> all;
    std::vector<std::string> numbers;
    Collect(*body, *kind->message_type(), "", &all, &numbers);
    REQUIRE_FALSE(numbers.empty());
    check(all, numbers, *sources);
  }
}

}  // namespace

TEST_CASE("every number has a source", "[catalog][sources]") {
  ForEachSheet([](const auto&, const auto& numbers, const config::Node& sources) {
    for (const std::string& path : numbers) {
      bool covered = false;
      for (const auto& [key, text] : sources.entries) covered = covered || Covers(key.scalar, path);
      INFO(path);
      CHECK(covered);
    }
  });
}

TEST_CASE("every source is of something that the sheet says", "[catalog][sources]") {
  ForEachSheet([](const auto& all, const auto&, const config::Node& sources) {
    for (const auto& [key, text] : sources.entries) {
      bool used = false;
      for (const std::string& path : all) used = used || Covers(key.scalar, path);
      if (key.scalar == "*") continue;  // a safety net where the others cover everything
      INFO(key.scalar);
      CHECK(used);
    }
  });
}

TEST_CASE("a source is a sentence for a reader, not a file of somebody's disk",
          "[catalog][sources]") {
  ForEachSheet([](const auto&, const auto&, const config::Node& sources) {
    for (const auto& [key, text] : sources.entries) {
      INFO(key.scalar << ": " << text.scalar);
      CHECK(text.scalar.size() >= 7);
      for (const char* bad : {".csv", ".md", "../", "TODO"}) {
        CHECK(text.scalar.find(bad) == std::string::npos);
      }
    }
  });
}
