#pragma once

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QStandardPaths>
#include <QString>
#include <csignal>
#include <cstdlib>

namespace headroom::gui {

/// Files are cut at a size while it lives, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// Without the rights of root while it lives.
class Unprivileged {
 public:
  Unprivileged() : was_(geteuid()) {
    if (was_ == 0 && seteuid(65534) != 0) std::abort();
  }
  ~Unprivileged() {
    if (was_ == 0 && seteuid(0) != 0) std::abort();
  }

 private:
  uid_t was_;
};

/// A folder that may be read and not written while it lives.
class ReadOnly {
 public:
  explicit ReadOnly(const QString& folder) : folder_(folder.toLocal8Bit()) { chmod(folder_, 0555); }
  ~ReadOnly() { chmod(folder_, 0755); }

 private:
  QByteArray folder_;
};

/// A home of the user's own, that all may write, while it lives.
class OpenHome {
 public:
  explicit OpenHome(const QString& folder) {
    chmod(folder.toLocal8Bit(), 0777);
    qputenv("XDG_DATA_HOME", folder.toLocal8Bit());
    QStandardPaths::setTestModeEnabled(false);
  }
  ~OpenHome() { QStandardPaths::setTestModeEnabled(true); }
};

}  // namespace headroom::gui
