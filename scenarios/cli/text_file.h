#pragma once

#include <string>

namespace headroom::cli {

/// Writes a file in one step: under its name it is whole or not there; "-" is standard output.
/// @throws IoError
void WriteTextFile(const std::string& path, const std::string& text);

}  // namespace headroom::cli
