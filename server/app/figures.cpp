#include "app/figures.hpp"

namespace circled::app {
namespace {

Figure gauge(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), false, value, {}, {}};
}
Figure counter(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), true, value, {}, {}};
}

void put_store(std::vector<Figure>& figures, const store::Health& health) {
  figures.push_back(gauge("circled_store_writable", "1 while changes can be saved", health.writable));
  figures.push_back(
      gauge("circled_store_queued", "Writes that wait now", static_cast<double>(health.queued)));
  figures.push_back(counter("circled_store_commands_total", "Writes, also refused ones",
                            static_cast<double>(health.commands)));
  figures.push_back(counter("circled_store_commits_total", "Commits; each carries one or more writes",
                            static_cast<double>(health.commits)));
  figures.push_back(counter("circled_store_refused_full_total",
                            "Writes turned away because the queue was full",
                            static_cast<double>(health.refused_full)));
  figures.push_back(counter("circled_store_retries_total",
                            "Transactions run again because they lost against another",
                            static_cast<double>(health.retries)));
}

void put_net(std::vector<Figure>& figures, const net::Server& server) {
  const auto sum = [&](auto member) {
    double total = 0;
    for (std::size_t i = 0; i < server.threads(); ++i)
      total += static_cast<double>((server.counters(i).*member).value());
    return total;
  };
  using net::Counters;
  figures.push_back(
      gauge("circled_connections_open", "Connections open now", sum(&Counters::connections_open)));
  figures.push_back(
      counter("circled_connections_total", "Connections accepted", sum(&Counters::connections)));
  figures.push_back(counter("circled_connections_refused_total", "Connections turned away: too many",
                            sum(&Counters::connections_refused)));
  figures.push_back(gauge("circled_live_sockets", "WebSockets open now", sum(&Counters::sockets_open)));
  figures.push_back(counter("circled_live_sockets_total", "WebSockets opened", sum(&Counters::sockets)));
  figures.push_back(counter("circled_live_frames_in_total", "Messages received", sum(&Counters::frames_in)));
  figures.push_back(counter("circled_live_frames_out_total", "Frames sent", sum(&Counters::frames_out)));
  figures.push_back(counter("circled_bytes_in_total", "Bytes received", sum(&Counters::bytes_in)));
  figures.push_back(counter("circled_bytes_out_total", "Bytes sent", sum(&Counters::bytes_out)));
  figures.push_back(counter("circled_faults_total", "Exceptions caught at the edge; each is a bug",
                            sum(&Counters::faults)));
}

void put_hub(std::vector<Figure>& figures, const live::Counts& counts) {
  const auto put = [&](const char* name, const char* help, std::int64_t n) {
    figures.push_back(counter(name, help, static_cast<double>(n)));
  };
  figures.push_back(gauge("circled_live_connected", "Live connections that have said who they are",
                          static_cast<double>(counts.connected)));
  put("circled_live_events_total", "Events handed to connections", counts.events);
  put("circled_live_hints_total", "Hints handed to dashboards", counts.hints);
  put("circled_live_resyncs_total", "Connections told to fetch everything again", counts.resyncs);
  put("circled_live_slow_total", "Connections closed because they did not read", counts.slow);
}

// Pending ones and those that wait for an answer; what is over is not counted again and again.
void put_reminders(std::vector<Figure>& figures, Snapshot& db, Instant now) {
  const auto put = [&](const char* state, std::int64_t n) {
    figures.push_back(
        {"circled_reminders", "Reminders by state", false, static_cast<double>(n), "state", state});
  };
  put("pending", db.one<std::int64_t>("SELECT count(*) FROM reminder WHERE state = 'pending'").value());
  put("sending", db.one<std::int64_t>("SELECT count(*) FROM reminder WHERE state = 'sending'").value());
  put("sent", db.one<std::int64_t>("SELECT count(*) FROM reminder WHERE state = 'sent'").value());
  const auto due =
      db.one<std::int64_t>("SELECT count(*) FROM reminder WHERE state = 'pending' AND due_at <= $1", now);
  figures.push_back(gauge("circled_reminders_overdue", "Reminders whose time has come and that wait",
                          static_cast<double>(*due)));
}

}  // namespace

Task<std::string> metrics_text(const Metrics& metrics, Counted counted, Instant now) {
  std::vector<Figure> figures;
  figures.push_back(gauge("process_resident_memory_bytes", "Memory of the process", resident_bytes()));
  put_store(figures, counted.store.health());
  put_net(figures, counted.server);
  put_hub(figures, counted.hub.counts());
  auto reminders = co_await counted.store.report([now](Snapshot& db) -> Result<std::vector<Figure>> {
    std::vector<Figure> some;
    put_reminders(some, db, now);
    return some;
  });
  if (reminders) figures.insert(figures.end(), reminders->begin(), reminders->end());
  co_return metrics.text(figures);
}

}  // namespace circled::app
