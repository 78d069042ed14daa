#include "app/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <fstream>

namespace circled::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily f;
  f.name = std::move(name);
  f.help = std::move(help);
  f.type = type;
  return f;
}

void put_figures(std::vector<MetricFamily>& families, std::span<const Figure> figures) {
  for (const auto& figure : figures) {
    if (families.empty() || families.back().name != figure.name)
      families.push_back(
          family(figure.name, figure.help, figure.counter ? MetricType::Counter : MetricType::Gauge));
    ClientMetric metric;
    if (!figure.label.empty()) metric.label.push_back({figure.label, figure.label_value});
    (figure.counter ? metric.counter.value : metric.gauge.value) = figure.value;
    families.back().metric.push_back(std::move(metric));
  }
}

}  // namespace

Metrics::Metrics(const api::Table& table) {
  routes_.push_back(std::make_unique<Route>());
  for (const auto& row : table.rows()) {
    auto route = std::make_unique<Route>();
    route->method = api::to_string(row->method);
    route->path = row->path;
    by_name_[row->name.data()] = route.get();
    routes_.push_back(std::move(route));
  }
}

void Metrics::count(std::string_view name, int status, std::chrono::nanoseconds took) {
  const auto found = by_name_.find(name.data());
  Route& route = found == by_name_.end() ? *routes_.front() : *found->second;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), us) - bounds.begin();
  route.by_class[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)].fetch_add(
      1, std::memory_order_relaxed);
  route.buckets[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  route.microseconds.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

std::string Metrics::text(std::span<const Figure> figures) const {
  std::vector<MetricFamily> families;
  put_figures(families, figures);
  auto requests =
      family("circled_requests_total", "Requests answered, by route and status class", MetricType::Counter);
  auto durations = family("circled_request_duration_seconds", "From the whole request to its answer",
                          MetricType::Histogram);
  for (const auto& route : routes_) {
    const std::vector<ClientMetric::Label> labels{{"method", route->method.empty() ? "none" : route->method},
                                                  {"route", route->path.empty() ? "none" : route->path}};
    for (std::size_t c = 0; c < route->by_class.size(); ++c) {
      const auto n = route->by_class[c].load(std::memory_order_relaxed);
      // Failures stand there from the start: an alarm on growth does not see a series appear.
      if (n == 0 && c + 1 != 5) continue;
      ClientMetric metric;
      metric.label = labels;
      metric.label.push_back({"status", std::to_string(c + 1) + "xx"});
      metric.counter.value = static_cast<double>(n);
      requests.metric.push_back(std::move(metric));
    }
    ClientMetric metric;
    metric.label = labels;
    std::uint64_t so_far = 0;
    for (std::size_t b = 0; b < route->buckets.size(); ++b) {
      so_far += route->buckets[b].load(std::memory_order_relaxed);
      const double bound =
          b < bounds.size() ? static_cast<double>(bounds[b]) / 1e6 : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({so_far, bound});
    }
    if (so_far == 0) continue;
    metric.histogram.sample_count = so_far;
    metric.histogram.sample_sum =
        static_cast<double>(route->microseconds.load(std::memory_order_relaxed)) / 1e6;
    durations.metric.push_back(std::move(metric));
  }
  families.push_back(std::move(requests));
  families.push_back(std::move(durations));
  return prometheus::TextSerializer().Serialize(families);
}

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double pages = 0, resident = 0;
  in >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace circled::app
