#include "access/once.hpp"
#include "people/reach.hpp"
#include "reminders/reply.hpp"
#include "reminders/routes.hpp"
#include "reminders/signature.hpp"

namespace circled::reminders {

using namespace api;

namespace {

// "email" or "sms"; a device's own ways have no address.
Result<Channel> channel_of(const api::Call& call, const Ways& ways) {
  const auto channel = json::parse_enum<Channel>(call.text("channel"));
  if (!channel || *channel == Channel::live || *channel == Channel::push) return not_found("channel");
  if (!ways.open(*channel))
    return conflict("no_such_way", *channel == Channel::email ? "This server sends no mail."
                                                              : "This server sends no text messages.");
  return *channel;
}

Reply<Settings> tagged(Settings settings) {
  Reply<Settings> reply(std::move(settings));
  reply.etag = std::to_string(reply.body.own.version);
  return reply;
}

Reply<Rule> tagged(Rule rule) {
  Reply<Rule> reply(std::move(rule));
  reply.etag = std::to_string(reply.body.version);
  return reply;
}

// Whose settings a staff route is about; nobody's when the caller does not reach the client.
Result<ClientId> within_reach(Snapshot& db, const api::Call& call, const Identity& who) {
  const auto client = call.id<ClientId>("client");
  if (!people::reaches(db, who, client, call.now)) return not_found("client");
  return client;
}

// A person's own settings, and a client's by staff: the same routes under two names. `whose` answers whose.
template <class Who, class Whose>
void settings_routes(Table& table, access::Context& context, const Ways& ways, const std::string& under,
                     Options reading, Whose whose) {
  table.get(under + "/reminder-settings", "How they are reminded, and where they can be written to", reading,
            [&context, &ways, whose](const api::Call& call, const Who& who) -> Task<Result<Reply<Settings>>> {
              auto found =
                  co_await context.store.read([&](Snapshot& db) -> Result<std::pair<PersonId, Settings>> {
                    const auto person = whose(db, call, who);
                    if (!person) return person.error();
                    return std::pair(*person, settings(db, *person, ways, call.now));
                  });
              if (!found) co_return found.error();
              if (found->first != who.person) {
                auto seen = co_await access::record_view(context.store, access::actor_of(call, who),
                                                         "reminders.view_settings",
                                                         ClientId(found->first.value), call.now);
                if (!seen) co_return seen.error();
              }
              co_return tagged(std::move(found->second));
            });

  table.put(under + "/reminder-settings",
            "Changes how they are reminded; what is left out is as the programme says", options::edit,
            [&context, &ways, whose](const api::Call& call, const Who& who,
                                     const Body<NewRule>& body) -> Task<Result<Reply<Settings>>> {
              const auto change = [&](Transaction& tx) -> Result<Reply<Settings>> {
                const auto person = whose(tx, call, who);
                if (!person) return person.error();
                auto set = set_rule(tx, access::actor_of(call, who), Scope::person, person->value,
                                    call.version(), *body, call.now);
                if (!set) return set.error();
                return tagged(settings(tx, *person, ways, call.now));
              };
              co_return co_await context.store.write("reminders.set", change);
            });

  table.post(under + "/addresses/{channel:text}", "Enters an address, to which a code is sent", options::none,
             [&context, &ways, whose](const api::Call& call, const Who& who,
                                      const Body<NewAddress>& body) -> Task<Result<Reply<Address>>> {
               const auto enter = [&](Transaction& tx) -> Result<Reply<Address>> {
                 const auto channel = channel_of(call, ways);
                 if (!channel) return channel.error();
                 const auto person = whose(tx, call, who);
                 if (!person) return person.error();
                 auto entered = enter_address(tx, context, access::actor_of(call, who), *person, *channel,
                                              *body, call.now);
                 if (!entered) return entered.error();
                 return Reply<Address>(*entered);
               };
               co_return co_await context.store.write("channel.enter", enter);
             });

  table.post(
      under + "/addresses/{channel:text}/verify", "Says the code, and the address is good", options::none,
      [&context, &ways, whose](const api::Call& call, const Who& who,
                               const Body<Code>& body) -> Task<Result<Reply<Address>>> {
        const auto verify = [&](Transaction& tx) -> Result<Reply<Address>> {
          const auto channel = channel_of(call, ways);
          if (!channel) return channel.error();
          const auto person = whose(tx, call, who);
          if (!person) return person.error();
          auto good =
              verify_address(tx, context, access::actor_of(call, who), *person, *channel, *body, call.now);
          if (!good) return good.error();
          return Reply<Address>(*good);
        };
        co_return co_await context.store.write("channel.verify", verify);
      });

  table.del(under + "/addresses/{channel:text}", "Nothing goes there any more", options::none,
            [&context, &ways, whose](const api::Call& call, const Who& who) -> Task<Result<Reply<>>> {
              const auto stop = [&](Transaction& tx) -> Result<Reply<>> {
                const auto channel = channel_of(call, ways);
                if (!channel) return channel.error();
                const auto person = whose(tx, call, who);
                if (!person) return person.error();
                if (auto stopped = stop_address(tx, access::actor_of(call, who), *person, *channel, call.now);
                    !stopped)
                  return stopped.error();
                return Reply<>();
              };
              co_return co_await context.store.write("channel.stop", stop);
            });
}

// A rule for many: of one scope, looked at and changed.
template <class Who, class Of>
void rule_routes(Table& table, access::Context& context, const std::string& path, const std::string& what,
                 Scope scope, Of of) {
  table.get(path, "How " + what + " reminded", options::none,
            [&context, scope, of](const api::Call& call, const Who& who) -> Task<Result<Reply<Rule>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Rule>> {
                const auto id = of(db, call, who);
                if (!id) return id.error();
                return tagged(rule(db, scope, *id));
              });
            });
  table.put(path, "Changes how " + what + " reminded", options::edit,
            [&context, scope, of](const api::Call& call, const Who& who,
                                  const Body<NewRule>& body) -> Task<Result<Reply<Rule>>> {
              const auto change = [&](Transaction& tx) -> Result<Reply<Rule>> {
                const auto id = of(tx, call, who);
                if (!id) return id.error();
                auto set =
                    set_rule(tx, access::actor_of(call, who), scope, *id, call.version(), *body, call.now);
                if (!set) return set.error();
                return tagged(std::move(*set));
              };
              co_return co_await context.store.write("reminders.set", change);
            });
}

}  // namespace

void channel_routes(Table& table, access::Context& context, const Ways& ways) {
  settings_routes<SignedIn>(
      table, context, ways, "/api/v1/my", options::none,
      [](Snapshot&, const api::Call&, const Identity& who) -> Result<PersonId> { return who.person; });
  settings_routes<StaffMember>(
      table, context, ways, "/api/v1/clients/{client}", options::record,
      [](Snapshot& db, const api::Call& call, const Identity& who) -> Result<PersonId> {
        const auto client = within_reach(db, call, who);
        if (!client) return client.error();
        return PersonId(*client);
      });

  rule_routes<Supervisor>(
      table, context, "/api/v1/reminder-rules/programme", "everybody is", Scope::programme,
      [](Snapshot&, const api::Call&, const Identity&) -> Result<std::int64_t> { return 0; });
  rule_routes<Supervisor>(table, context, "/api/v1/groups/{group}/reminder-rule", "a group's members are",
                          Scope::group,
                          [](Snapshot& db, const api::Call& call, const Identity&) -> Result<std::int64_t> {
                            const auto group = call.id<GroupId>("group");
                            if (!db.one<std::int64_t>("SELECT 1 FROM therapy_group WHERE id = $1", group))
                              return not_found("group");
                            return group.value;
                          });
  rule_routes<Counselor>(
      table, context, "/api/v1/clients/{client}/reminder-rule", "it was agreed that a client is", Scope::plan,
      [](Snapshot& db, const api::Call& call, const Identity& who) -> Result<std::int64_t> {
        const auto client = within_reach(db, call, who);
        if (!client) return client.error();
        return client->value;
      });

  table.post(
      "/api/v1/gateway/messages", "A text message that came in, from the gateway that signs for it",
      options::none,
      [&](const api::Call& call, const Anyone&, const Body<Incoming>& body) -> Task<Result<Reply<>>> {
        if (!signed_by(ways.secret, call.request.body, call.request.header(signature_header), call.now))
          co_return Error{
              ErrorKind::unauthenticated, "not_signed", "This is not signed as it should be.", {}, {}, 0};
        const auto take = [&](Transaction& tx) -> Result<Reply<>> {
          receive(tx, *body, call.now);
          return Reply<>();
        };
        co_return co_await context.store.write("message.receive", take);
      });
}

}  // namespace circled::reminders
