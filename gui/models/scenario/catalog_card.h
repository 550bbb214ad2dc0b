#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace headroom::gui {

struct CatalogName {
  QString kind, name, title;
};

/// Every sheet of some kinds. Slow the first time (a sheet is parsed when first asked for).
std::vector<CatalogName> CatalogNames(const QStringList& kinds);

/// A data sheet as HTML: its figures with their units, and where each comes from.
QString CatalogCard(const QString& kind, const QString& name);

}  // namespace headroom::gui
