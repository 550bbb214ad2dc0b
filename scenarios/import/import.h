#pragma once

#include <string>
#include <vector>

#include "sim/core/diagnostics.h"

namespace headroom::import {

/// A file that an operator has, read whole.
struct SourceFile {
  std::string path;
  std::string text;
  std::string reference = {};  ///< path by which the scenario finds it
};

/// Sections of a scenario made from such files, and what stayed behind.
struct Imported {
  std::string yaml;
  bool whole = false;             ///< a scenario by itself; else sections to put beside a site
  std::vector<Finding> assumed;   ///< what the files do not say, and what was taken instead
  std::vector<Finding> left_out;  ///< what was not understood, or is not simulated
};

/// One kind of files. `read` throws ConfigError where nothing of that kind is in them.
struct Importer {
  const char* kind;
  const char* files;  ///< for a person
  Imported (*read)(const std::vector<SourceFile>& files);
};

/// One file of code each: slurm.cc, kueue.cc ...
const std::vector<Importer>& ImporterTable();
/// @throws ConfigError for another kind, with the kinds that there are.
const Importer& FindImporter(const std::string& kind);

Imported ReadSlurm(const std::vector<SourceFile>& files);
Imported ReadKueue(const std::vector<SourceFile>& files);
Imported ReadVolcano(const std::vector<SourceFile>& files);
Imported ReadSkyPilot(const std::vector<SourceFile>& files);
Imported ReadArgo(const std::vector<SourceFile>& files);
Imported ReadIbNetDiscover(const std::vector<SourceFile>& files);
Imported ReadNvidiaTopology(const std::vector<SourceFile>& files);

}  // namespace headroom::import
