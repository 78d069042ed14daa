#include "access/key_check.hpp"

#include "base/token.hpp"

namespace circled::access {
namespace {

std::string proof_of(std::string_view key) { return keyed_hash(key, "the key of these data"); }

std::optional<std::string> kept(Snapshot& db) {
  return db.one<std::string>("SELECT proof FROM key_check WHERE one = 1");
}

}  // namespace

bool key_fits(Snapshot& db, std::string_view key) {
  const auto proof = kept(db);
  return !proof || same_secret(*proof, proof_of(key));
}

bool key_fits(Transaction& tx, std::string_view key) {
  if (kept(tx)) return key_fits(static_cast<Snapshot&>(tx), key);
  tx.run("INSERT INTO key_check (one, proof) VALUES (1, $1)", proof_of(key));
  return true;
}

}  // namespace circled::access
