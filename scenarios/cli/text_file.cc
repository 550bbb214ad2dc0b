#include "scenarios/cli/text_file.h"

#include "analysis/export/output.h"

namespace headroom::cli {

void WriteTextFile(const std::string& path, const std::string& text) {
  report::FileOutput out(path);
  out.Write(text);
  out.Commit();
}

}  // namespace headroom::cli
