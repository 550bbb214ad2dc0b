#include "scenarios/sweep/rows.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <unordered_map>

#include "analysis/hdf5/sha256.h"

namespace headroom::sweep {
namespace {

constexpr std::uint32_t kMagic = 0x776f5248;  // "HRow"

/// The fixed front of a record; behind it: values, status, words each with a 0, checksum.
struct Head {
  std::uint32_t magic = kMagic, bytes = 0;
  char id[24] = {}, names[24] = {};
  FileState report;
  std::uint32_t values = 0, status_bytes = 0, word_bytes = 0, spare = 0;
};

/// FNV-1a.
std::uint64_t Checksum(std::string_view bytes) {
  std::uint64_t sum = 14695981039346656037u;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return sum;
}

void Add(std::string* to, const void* bytes, std::size_t count) {
  to->append(static_cast<const char*>(bytes), count);
}

std::string LayoutText(const MetricSet& metrics) {
  std::string out;
  for (const Metric& m : metrics.all())
    out += fmt::format("{}\t{}\t{}\n", m.name, m.unit, m.text.empty() ? "" : "word");
  return out;
}

std::string ReadAll(const std::string& path) {
  std::string text;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  struct stat state {};
  if (fstat(file, &state) == 0) text.resize(static_cast<std::size_t>(state.st_size));
  std::size_t got = 0;
  for (ssize_t n; got < text.size() && (n = read(file, text.data() + got, text.size() - got)) > 0;)
    got += static_cast<std::size_t>(n);
  text.resize(got);
  close(file);
  return text;
}

RowLayout LayoutFrom(const std::string& text) {
  RowLayout out;
  for (std::size_t from = 0, end; (end = text.find('\n', from)) != text.npos; from = end + 1) {
    const std::size_t unit = text.find('\t', from), word = text.find('\t', unit + 1);
    if (word > end) break;
    out.names.push_back(text.substr(from, unit - from));
    out.units.push_back(text.substr(unit + 1, word - unit - 1));
    out.words.push_back(end > word + 1);
  }
  return out;
}

/// Writes the layout if no run of its kind has; its name, empty where that fails.
std::string KeepLayout(const Folder& folder, const std::string& text) {
  const std::string name = report::Sha256(text).substr(0, 16);
  const std::string path = fmt::format("{}/{}.names", folder.rows(), name);
  if (access(path.c_str(), F_OK) == 0) return name;
  const std::string partial = fmt::format("{}.{}.partial", path, getpid());
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  if (!file) return "";
  const bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && whole && std::rename(partial.c_str(), path.c_str()) == 0 ? name : "";
}

}  // namespace

FileState StateOf(const std::string& path) {
  struct stat s {};
  if (stat(path.c_str(), &s) != 0) return {};
  return {static_cast<std::uint64_t>(s.st_size), s.st_mtim.tv_sec * 1'000'000'000 + s.st_mtim.tv_nsec};
}

void AppendRow(const Folder& folder, const std::string& id, const std::string& report,
               const std::string& status, const MetricSet& metrics) {
  Head head;
  if (id.size() >= sizeof head.id) return;
  const std::string names = KeepLayout(folder, LayoutText(metrics));
  if (names.empty()) return;
  std::string words;
  for (const Metric& m : metrics.all())
    if (!m.text.empty()) words += m.text + '\0';
  std::copy(id.begin(), id.end(), head.id);
  std::copy(names.begin(), names.end(), head.names);
  head.report = StateOf(report);
  head.values = static_cast<std::uint32_t>(metrics.all().size());
  head.status_bytes = static_cast<std::uint32_t>(status.size());
  head.word_bytes = static_cast<std::uint32_t>(words.size());
  head.bytes = static_cast<std::uint32_t>(sizeof head + 8 * metrics.all().size() + status.size() + words.size() + 8);
  std::string record;
  Add(&record, &head, sizeof head);
  for (const Metric& m : metrics.all()) Add(&record, &m.value, sizeof m.value);
  record += status + words;
  const std::uint64_t sum = Checksum(record);
  Add(&record, &sum, sizeof sum);
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const std::string path = fmt::format("{}/{}.{}.rows", folder.rows(), host, getppid());
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return;
  if (write(file, record.data(), record.size()) < 0) {
  }  // collecting reads the report
  close(file);
}

struct Rows::Impl {
  void Read(std::string bytes) {
    const std::string& text = files.emplace_back(std::move(bytes));
    const std::string_view all = text;
    for (std::size_t at = 0; at + sizeof(Head) + 8 <= all.size();) {
      Head head;
      std::memcpy(&head, all.data() + at, sizeof head);
      const std::uint64_t due = sizeof head + 8ull * head.values + head.status_bytes + head.word_bytes + 8;
      std::uint64_t sum = 0;
      const bool fits = head.magic == kMagic && head.bytes == due && at + due <= all.size();
      if (fits) std::memcpy(&sum, all.data() + at + due - 8, sizeof sum);
      if (!fits || sum != Checksum(all.substr(at, due - 8))) {
        ++at;  // torn: the next whole record is found by its magic
        continue;
      }
      head.id[sizeof head.id - 1] = 0;
      records[std::string(head.id)] = all.data() + at;
      at += due;
    }
  }

  std::deque<std::string> files;
  std::map<std::string, RowLayout, std::less<>> layouts;
  std::unordered_map<std::string, const char*> records;  ///< by point, the last one read
};

Rows::Rows(const Folder& folder) : impl_(std::make_unique<Impl>()) {
  std::vector<std::string> names;
  if (DIR* dir = opendir(folder.rows().c_str())) {
    while (const dirent* entry = readdir(dir)) names.emplace_back(entry->d_name);
    closedir(dir);
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    std::string text = ReadAll(folder.rows() + "/" + name);
    if (name.ends_with(".rows"))
      impl_->Read(std::move(text));
    else if (name.ends_with(".names") && report::Sha256(text).substr(0, 16) + ".names" == name)
      impl_->layouts.emplace(name.substr(0, name.size() - 6), LayoutFrom(text));
  }
}

Rows::~Rows() = default;

bool Rows::Find(const std::string& id, const FileState& report, Row* row) const {
  const auto found = impl_->records.find(id);
  if (found == impl_->records.end()) return false;
  Head head;
  std::memcpy(&head, found->second, sizeof head);
  head.names[sizeof head.names - 1] = 0;
  const auto layout = impl_->layouts.find(std::string_view(head.names));
  if (!(head.report == report) || layout == impl_->layouts.end() ||
      layout->second.names.size() != head.values)
    return false;
  row->layout = &layout->second;
  row->values.resize(head.values);
  const char* at = found->second + sizeof head;
  std::memcpy(row->values.data(), at, 8 * head.values);
  at += 8 * head.values;
  row->status = {at, head.status_bytes};
  at += head.status_bytes;
  row->texts.clear();
  for (const char* const end = at + head.word_bytes; at < end; at += row->texts.back().size() + 1)
    row->texts.emplace_back(at);
  return true;
}

}  // namespace headroom::sweep
