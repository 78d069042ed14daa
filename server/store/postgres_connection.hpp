// One PostgreSQL connection behind store::Connection, with its prepared statements, in libpq's pipeline mode:
// what needs no answer (BEGIN, SAVEPOINT, an insert into a stream) is sent along with the next statement that
// does, so that a statement costs one round trip and the rest none. Private to the engine. Used by one thread
// at a time.
#pragma once
#include <libpq-fe.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/batch.hpp"
#include "store/transaction.hpp"

namespace circled::store {

// The transaction lost against another that ran at the same time (SQLSTATE 40001, 40P01): run it again.
struct Lost : Batch::Over {
  using Over::Over;
};

// The connection is gone, or the server takes no writes any more (a replica, a shutdown).
struct Gone : Batch::Over {
  using Over::Over;
};

// A statement or a lock took longer than it may.
struct TookTooLong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class PostgresConnection final : public Connection {
 public:
  // Who only reads and is refused a write has a bug; who writes has lost the server that takes writes.
  enum class Use { write, read };

  // Connects, within ten seconds. Throws Gone with what the server says, never with the password.
  explicit PostgresConnection(const std::string& uri, Use use = Use::write);

  // Throws Violation, Lost, Gone, TookTooLong; std::runtime_error for wrong SQL.
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters,
                       FunctionRef<void(const Row&)> each) override;
  void later(std::string_view sql, std::span<const Value> parameters) override { send(sql, parameters); }
  void settle() override;
  void append(std::span<Event> events) override;
  void together(std::span<const FunctionRef<void(Connection&)>> reads) override;
  // Thrown through a read that waits for its next answer there.
  struct Asked {};
  std::string_view claiming() const override { return " FOR UPDATE SKIP LOCKED"; }

  // later(), and what it answers is handed to `each` once it has come.
  void send(std::string_view sql, std::span<const Value> parameters,
            std::function<void(const Row&)> each = {});
  // Sends off what waits, so that the server does it now; its answers are taken before the next ones.
  void flush();

  // Many statements at once, outside the pipeline and any transaction of ours: a schema step, settings.
  void script(const std::string& sql);

  // Rolls back whatever there is. Throws Gone.
  void reset();

  // Whether a constraint has refused something since this was last asked.
  bool take_violated() { return std::exchange(violated_, false); }

  // For whoever waits on the socket.
  PGconn* raw() { return connection_.get(); }
  void leave_pipeline();

 private:
  struct Finish {
    void operator()(PGconn* c) const { PQfinish(c); }
  };
  struct Clear {
    void operator()(PGresult* r) const { PQclear(r); }
  };
  using Answer = std::unique_ptr<PGresult, Clear>;

  // The same text with parameters of other types is another statement to the server.
  struct Prepared {
    std::string name;
    std::vector<Oid> types;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Awaited {
    enum Kind { control, query, sync } kind;
    std::function<void(const Row&)> each;
    std::string_view sql;  // for the message; a literal, or the map's key
  };

  class Asking;

  const std::string& prepared(std::string_view sql, std::span<const Value> parameters);
  void enqueue(std::string_view sql, std::span<const Value> parameters);
  void sync();
  void query(std::string_view sql, std::span<const Value> parameters);
  // Takes the answers up to the last sync, and gives those of the queries.
  std::vector<Answer> take_answers();
  void demand(int sent);
  [[noreturn]] void gone(const std::string& during);
  [[noreturn]] void raise(const PGresult* answer, std::string_view sql);

  const bool reader_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_map<std::string, std::vector<Prepared>, TextHash, std::equal_to<>> statements_;
  std::size_t statements_made_ = 0;
  std::vector<std::pair<std::string, std::string>> made_;  // text and name, since the last answers
  std::deque<Awaited> awaited_;
  bool violated_ = false;
  std::vector<Answer*> asked_;  // where the answers of what was sent for several reads go, in order
};

// '{1,2}' and '{"a","b"}': what unnest() takes.
std::string array_text(std::span<const std::int64_t> numbers);
std::string array_text(std::span<const std::string_view> texts);

}  // namespace circled::store
