using System.CommandLine;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Cli;

internal static class KeyCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal) => new("key", "The keys of this server's callers.")
    {
        List(flags, terminal), Create(flags, terminal), Revoke(flags, terminal), Show(flags, terminal),
    };

    private static Command List(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("list", "Print all keys, never their secrets.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            foreach (var key in await door.KeysAsync(cancellationToken))
            {
                terminal.Say($"{key.Id}  {key.Name,-20}  {string.Join(",", key.Scopes),-30}  {key.CreatedAt:u}{(key.RevokedAt is { } at ? $"  revoked {at:u}" : "")}");
            }
        });
        return command;
    }

    private static Command Create(SettingFlags flags, Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "Who will use it." };
        var scopes = new Option<string>("--scopes") { Description = "Of read, operate, approve, admin, with commas between.", DefaultValueFactory = _ => "read,operate" };
        var command = new Command("create", "Make a key and print it, this once.") { name, scopes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            var wanted = parsed.GetRequiredValue(scopes).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            terminal.Say(await door.CreateKeyAsync(parsed.GetRequiredValue(name), wanted, cancellationToken));
        });
        return command;
    }

    private static Command Revoke(SettingFlags flags, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "As 'key list' prints it." };
        var command = new Command("revoke", "Make a key open nothing any more.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            await door.RevokeKeyAsync(parsed.GetRequiredValue(id), cancellationToken);
            terminal.Say($"Key {parsed.GetRequiredValue(id)} is revoked.");
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
}
