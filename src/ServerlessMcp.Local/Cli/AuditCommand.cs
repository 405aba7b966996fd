using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

/// <summary><c>smcp audit verify|show|export</c>: who changed what, and whether the record of it is whole.</summary>
internal static class AuditCommand
{
    private const int DefaultShown = 50;

    public static Command Make(SettingFlags flags, Terminal terminal) => new("audit", "Look at the record of every change, and check that nobody touched it.")
    {
        Verify(flags, terminal),
        Show(flags, terminal),
        Export(flags, terminal),
    };

    private static Command Verify(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("verify", "Check every hash; exit 1 if a record was changed, taken out, put in or moved.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            var answer = await door.VerifyAuditAsync(cancellationToken);
            foreach (var fault in answer.Faults)
            {
                terminal.Say($"FAULT {PlainText.OneLine(fault)}");
            }

            foreach (var head in answer.Heads)
            {
                terminal.Say($"head  {head}");
            }

            terminal.Say(answer.Faults.Count == 0 ? $"{answer.Records} records, all whole." : $"{answer.Records} records hold; {answer.Faults.Count} faults.");
            return answer.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command Show(SettingFlags flags, Terminal terminal)
    {
        var id = new Argument<string?>("execution") { Description = "Only this execution, ex_...", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => DefaultShown };
        var command = new Command("show", "Show the newest records, a line each.") { id, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            foreach (var record in await door.AuditAsync(parsed.GetValue(id), parsed.GetValue(limit), cancellationToken))
            {
                terminal.Say(PlainText.OneLine(Line(JsonNode.Parse(record)!)));
            }

            return 0;
        });
        return command;
    }

    private static Command Export(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("export", "Print all records as lines of JSON, the newest first, for a store that this server cannot write to.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            foreach (var record in await door.AuditAsync(null, AuditReader.MostRecords, cancellationToken))
            {
                terminal.Say(record);
            }

            return 0;
        });
        return command;
    }

    private static string Line(JsonNode record)
    {
        var entry = record["entry"]!;
        var at = ((DateTimeOffset)record["at"]!).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string?[] parts =
        [
            at, (string?)entry["by"], (string?)entry["kind"], (string?)entry["action"], (string?)entry["keyId"], (string?)entry["executionId"], (string?)entry["stepId"], (string?)entry["direction"],
            (string?)entry["call"], (string?)entry["resource"], (string?)entry["outcome"], (string?)entry["code"], (string?)entry["requestId"],
            entry["keyId"] is null ? null : entry["arguments"]?.ToJsonString(), (string?)entry["kind"] == AuditKind.PolicyChanged ? (string?)entry["message"] : null,
        ];
        return string.Join("  ", parts.Where(part => part is not null));
    }
}
