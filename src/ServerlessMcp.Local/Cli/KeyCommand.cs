using System.CommandLine;
using System.Globalization;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Cli;

internal static class KeyCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal) => new("key", "The keys of this server's callers.")
    {
        List(flags, terminal),
        Create(flags, terminal),
        Rotate(flags, terminal),
        Change("revoke", "Make a key open nothing any more, at once and for good.", "revoked", flags, terminal),
        Change("disable", "Make a key open nothing until it is enabled again.", "disabled", flags, terminal),
        Change("enable", "Let a disabled key open again.", "enabled", flags, terminal),
        Show(flags, terminal),
    };

    private static Command List(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("list", "Print all keys, never their secrets.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            foreach (var key in await door.KeysAsync(cancellationToken))
            {
                terminal.Say(Line(key));
            }
        });
        return command;
    }

    private static Command Create(SettingFlags flags, Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "Who or what will use it." };
        var scopes = new Option<string>("--scopes") { Description = "Of read, operate, approve, admin, with commas between.", DefaultValueFactory = _ => "read,operate" };
        var days = new Option<int>("--days") { Description = $"Until it expires, 1 to {KeyRequest.MostDays}.", DefaultValueFactory = _ => KeyRequest.UsualDays };
        var networks = new Option<string>("--networks") { Description = "CIDR blocks it may be used from, with commas between; else from anywhere.", DefaultValueFactory = _ => "" };
        var owner = new Option<string?>("--owner") { Description = "The person behind it: two keys of one owner never approve each other's changes. Default: yours." };
        var command = new Command("create", "Make a key and print it, this once.") { name, scopes, days, networks, owner };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            var request = new KeyRequest(
                parsed.GetRequiredValue(name), Parts(parsed.GetRequiredValue(scopes)), parsed.GetRequiredValue(days), Parts(parsed.GetRequiredValue(networks)), parsed.GetValue(owner));
            terminal.Say(await door.CreateKeyAsync(request, cancellationToken));
        });
        return command;
    }

    private static Command Rotate(SettingFlags flags, Terminal terminal)
    {
        var id = Id();
        var command = new Command("rotate", "Make the successor of a key and print it, this once; the old one opens for seven days more.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var files = new LocalFiles(flags.Read(parsed).DataFolder);
            using var door = OperatorDoor.Open(files);
            var rotated = await door.RotateKeyAsync(parsed.GetRequiredValue(id), cancellationToken);
            files.Replace(rotated.Old.Id, rotated.Key);
            terminal.Say(rotated.Key);
            terminal.Warn(rotated.Old.State == "old form"
                ? $"Key {rotated.Old.Id} has the old form and opens nothing."
                : $"Key {rotated.Old.Id} opens until {Day(rotated.Old.ExpiresAt)}: give the new one to whoever has it. 'smcp key revoke {rotated.Old.Id}' ends it now.");
        });
        return command;
    }

    private static Command Change(string word, string description, string done, SettingFlags flags, Terminal terminal)
    {
        var id = Id();
        var command = new Command(word, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            var changed = await door.ChangeKeyAsync(parsed.GetRequiredValue(id), word, cancellationToken);
            terminal.Say($"Key {changed.Id} ({changed.Name}) is {done}{(word == "enable" && changed.State != "active" ? $", and {changed.State}" : "")}.");
        });
        return command;
    }

    private static Command Show(SettingFlags flags, Terminal terminal)
    {
        var who = new Argument<string>("who") { Description = "agent or operator", DefaultValueFactory = _ => "agent" };
        who.AcceptOnlyFromAmong("agent", "operator");
        var command = new Command("show", "Print the key of agent or operator that the first start made.") { who };
        command.SetAction(parsed =>
        {
            var keys = new LocalFiles(flags.Read(parsed).DataFolder).Keys()
                ?? throw new CallerException("no_key", "There is no key yet: start the server once with 'smcp serve'.");
            terminal.Say(parsed.GetRequiredValue(who) == "agent" ? keys.Agent : keys.Operator);
        });
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "As 'key list' prints it." };

    private static string Line(OperatorKey key) => string.Join("  ", new[]
    {
        key.Id,
        $"{key.Name,-20}",
        $"{string.Join(",", key.Scopes),-27}",
        $"{key.State,-8}",
        $"made {Day(key.CreatedAt)}",
        key.ExpiresAt is null ? "does not expire" : $"{(key.State == "expired" ? "expired" : "until")} {Day(key.ExpiresAt)}",
        key.LastUsedDay is { } day ? $"used {day}" : "never used",
        key.Owner is { } owner ? $"owner {owner}" : null,
        key.Networks is { } networks ? $"from {string.Join(",", networks)}" : null,
        key.SuccessorOf is { } old ? $"after {old}" : null,
    }.OfType<string>());

    private static string Day(DateTimeOffset? at) => at is { } day ? day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "it is revoked";

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
