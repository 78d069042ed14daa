#include "bench/reports_bench.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "base/zone.hpp"
#include "bench/load.hpp"
#include "bench/process.hpp"

namespace circled::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t people = 10;  // at each session

struct Answer {
  double seconds;
  std::int64_t lines;
  std::string head;
  double memory;  // at the highest, beyond what it was before
};

// Reads an answer and keeps its beginning.
Answer ask(const Process& server, const std::string& path) {
  const auto before = server.private_bytes();
  std::atomic<bool> done = false;
  std::int64_t highest = before;
  std::thread watching([&] {
    while (!done) {
      highest = std::max(highest, server.private_bytes());
      std::this_thread::sleep_for(5ms);
    }
  });
  const int fd = connect_to(server.port());
  const std::string request = "GET " + path +
                              " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " +
                              admin_token() + "\r\n\r\n";
  Answer answer{0, 0, {}, 0};
  const Time start = now();
  bool broken = ::write(fd, request.data(), request.size()) < 0;
  std::string part(1 << 18, '\0');
  for (ssize_t n; (n = ::read(fd, part.data(), part.size())) != 0;) {
    if (n < 0) {
      broken = true;
      break;
    }
    answer.lines += std::count(part.begin(), part.begin() + n, '\n');
    if (answer.head.size() < 4096) answer.head.append(part, 0, static_cast<std::size_t>(n));
  }
  answer.seconds = since(start);
  ::close(fd);
  done = true;
  watching.join();
  answer.memory = static_cast<double>(highest - before);
  if (broken || !answer.head.starts_with("HTTP/1.1 200"))
    throw std::runtime_error(path + ": " + answer.head.substr(0, 400));
  return answer;
}

std::string period(const char* path, Instant today) {
  const Date last = Zone::utc().date(today) - std::chrono::days(1);
  return std::string(path) + "?from=" + to_string(last - std::chrono::days(364)) +
         "&until=" + to_string(last);
}

}  // namespace

void fill_year(const store::Place& place, const Size& size, std::int64_t lines, Instant today) {
  const auto opened = store::open(place);
  const std::int64_t sessions = lines / people;
  const std::int64_t step = Milliseconds(365 * 24h).count() / sessions;
  const std::string counted =
      " FROM (WITH RECURSIVE counted (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM counted "
      "WHERE "
      "n + 1 < $2) SELECT n FROM counted) AS c";
  const std::string starts = std::to_string(to_millis(today - 365 * 24h)) + " + n * " + std::to_string(step);
  const std::string client =
      std::to_string(client_id(size, 0)) + " + (n * 10 + j) % " + std::to_string(size.clients);
  // Of ten, seven came.
  const std::string statements[] = {
      "INSERT INTO session (id, site_id, service_id, kind, title, starts_at, ends_at, status, seats, "
      "created_at) "
      "SELECT n + 1, 1, 1, 'group', 'Group', " +
          starts + ", " + starts + " + 5400000, 'completed', 12, 0" + counted,
      "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, credited_minutes) SELECT "
      "n + 1, " +
          client + ", " + starts +
          ", 'enrolment', CASE WHEN j < 7 THEN 'attended' WHEN j = 7 THEN 'excused' "
          "WHEN j = 8 THEN 'unexcused' ELSE 'turned_away' END, CASE WHEN j < 7 THEN 90 END" +
          counted +
          " CROSS JOIN (SELECT 0 AS j UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL "
          "SELECT 4 "
          "UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) "
          "AS d",
      "INSERT INTO sheet (session_id, closed_at, closed_by, attended, excused, unexcused, turned_away, "
      "credited_minutes) SELECT n + 1, " +
          starts + " + 5400000, " + std::to_string(staff_id(0)) + ", 7, 1, 1, 1, 630" + counted};
  for (const auto& statement : statements) {
    std::cerr << "  " << statement.substr(0, statement.find('(')) << "\n";
    for (std::int64_t at = 0; at < sessions; at += 5'000) {
      const auto done = opened->write_now("bench.fill", [&](Transaction& tx) -> Result<bool> {
        tx.run(statement, at, std::min(sessions, at + 5'000));
        return true;
      });
      if (!done) throw std::runtime_error(done.error().detail);
    }
  }
}

ReportsCost reports_cost(const std::string& binary, const store::Place& place, std::int64_t lines,
                         Instant today) {
  const Process server(binary, {"--data", place.file.parent_path().string()});
  const std::string report = period("/api/v1/reports/attendance", today);
  ask(server, report);  // the pages of the file are in memory
  const Answer figures = ask(server, report);
  if (figures.head.find("\"attended\":" + std::to_string(lines / people * 7)) == std::string::npos)
    throw std::runtime_error("the report counts otherwise: " + figures.head);
  const Answer file = ask(server, period("/api/v1/exports/attendance", today) + "&format=csv");
  if (file.lines < lines) throw std::runtime_error("the file has " + std::to_string(file.lines) + " lines");
  return {figures.seconds, figures.memory, static_cast<double>(lines) / file.seconds, file.memory};
}

}  // namespace circled::bench
