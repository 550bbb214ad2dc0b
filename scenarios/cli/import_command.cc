#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/cli/text_file.h"
#include "scenarios/import/import.h"

namespace headroom::cli {
namespace {

constexpr std::size_t kLargest = 64u << 20;  ///< B of one file

struct Options {
  std::string kind;
  std::vector<std::string> files;
  std::string out = "-";
};

/// Scenarios name files relative to themselves; one on standard output is taken to be put into the present folder.
std::string ReferenceTo(const std::string& path, const std::string& out) {
  namespace fs = std::filesystem;
  const fs::path folder = out == "-" ? fs::current_path() : fs::absolute(out).parent_path();
  return fs::proximate(fs::absolute(path), folder).generic_string();
}

import::SourceFile ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw ConfigError(fmt::format("{}: does not exist or cannot be read", path));
  import::SourceFile file{path, {}};
  // A dump of accounting may be long; its name alone goes into the scenario, so its head is enough.
  file.text.resize(kLargest);
  in.read(file.text.data(), static_cast<std::streamsize>(kLargest));
  file.text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) throw IoError(fmt::format("{}: reading failed", path));
  const bool cut = file.text.size() == kLargest && in.peek() != std::ifstream::traits_type::eof();
  if (cut && file.text.rfind("JobID|", 0) != 0)
    throw ConfigError(fmt::format("{}: is larger than {} MiB, which none of these files is", path, kLargest >> 20));
  return file;
}

void Tell(const char* title, const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  fmt::print(stderr, "{}\n", title);
  for (const Finding& f : findings) fmt::print(stderr, "  {}\n", f.Text());
}

int Import(const Options& options) {
  const import::Importer& importer = import::FindImporter(options.kind);
  std::vector<import::SourceFile> files;
  for (const std::string& path : options.files) {
    files.push_back(ReadWhole(path));
    files.back().reference = ReferenceTo(path, options.out);
  }
  const import::Imported made = importer.read(files);
  WriteTextFile(options.out, made.yaml);
  Tell("assumed:", made.assumed);
  Tell("left out:", made.left_out);
  if (!made.whole) fmt::print(stderr, "these are sections; put them beside the rest of a scenario\n");
  return kDone;
}

}  // namespace

Action AddImport(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::string kinds;
  for (const import::Importer& row : import::ImporterTable()) kinds += fmt::format("\n  {}: {}", row.kind, row.files);
  app.add_option("KIND", options->kind, "what the files are:" + kinds)->required();
  app.add_option("FILES", options->files, "the files")->required();
  app.add_option("-o,--output", options->out, "file to write instead of standard output");
  return [options] { return Import(*options); };
}

}  // namespace headroom::cli
