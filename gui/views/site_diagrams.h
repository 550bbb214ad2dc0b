#pragma once

#include "gui/views/diagram_view.h"

namespace headroom::gui {

/// From the utility over transformers, UPS and PDUs to the racks: what each carries of what it is rated for.
class PowerTreeView : public DiagramView {
  Q_OBJECT
 public:
  using DiagramView::DiagramView;
  QString title() const override;
  QString describe() const override;

 protected:
  Diagram Make(const ReportFile& file, double time) const override;
};

/// From the racks over CDUs and the room's air to the facility loop, towers and chillers: temperatures and
/// the power that moves the heat.
class CoolantView : public DiagramView {
  Q_OBJECT
 public:
  using DiagramView::DiagramView;
  QString title() const override;
  QString describe() const override;

 protected:
  Diagram Make(const ReportFile& file, double time) const override;
};

/// The tiers of each system's network: domains, leaves, spines, cores, with cables and how busy the
/// accelerators below are.
class NetworkView : public DiagramView {
  Q_OBJECT
 public:
  using DiagramView::DiagramView;
  QString title() const override;
  QString describe() const override;

 protected:
  Diagram Make(const ReportFile& file, double time) const override;
};

}  // namespace headroom::gui
