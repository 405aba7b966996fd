using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Demo;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Local.Verify;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Local.Cli;

/// <summary>Proves the undo of free operations where the user is. Exit codes: 0 all proven, 1 something is not, 3 something is left.</summary>
internal static class VerifyCommand
{
    public const string Name = "verify";

    private const int Proven = 0;
    private const int NotProven = 1;
    private const int SomethingLeft = 3;

    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var profile = new Option<string?>("--profile") { Description = "Your own account, by this profile of ~/.aws. Without it, and without --aws: the sandbox." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask before anything is made." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON; the rest goes to stderr." };
        var command = new Command(Name, "Make and take back a dozen things that cost nothing, and see whether all is as before.") { profile, yes, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(profile);
            var settings = flags.Read(parsed, named is null && !flags.IsAws(parsed) ? [] : [Setting.Aws, Setting.AllowChanges]);
            var own = new AwsClientOptions { Profile = named };
            var (print, talk) = parsed.GetValue(json) ? (terminal, terminal with { Out = terminal.Error }) : (null, terminal);
            return await RunAsync(settings, own, parsed.GetValue(yes), talk, print, cancellationToken);
        });
        return command;
    }

    /// <param name="own">How an own account is called; an emulator in tests.</param>
    /// <param name="print">Gets the JSON; null: none is wanted.</param>
    internal static async Task<int> RunAsync(
        Settings settings, AwsClientOptions own, bool isYes, Terminal talk, Terminal? print, CancellationToken cancellationToken)
    {
        // In an own account the folder stays until nothing is left, so that a run that was killed can be taken back by the next.
        var folder = settings.Aws ? Path.Combine(settings.DataFolder, "verify") : Directory.CreateTempSubdirectory("smcp-verify-").FullName;
        var (mayGo, isNew) = (!settings.Aws, !Directory.Exists(folder));
        try
        {
            var result = await RunAsync(Within(settings, folder), own, isYes, talk, cancellationToken);
            if (result is null)
            {
                mayGo |= isNew;
                return NotProven;
            }

            print?.Say(JsonSerializer.Serialize(result, VerifyJson.Default.VerifyResult));
            var isLeft = result.EarlierLeft.Count > 0 || result.Cases.Any(one => one.Left is not null);
            mayGo = !settings.Aws || !isLeft;
            return isLeft ? SomethingLeft : result.Ok ? Proven : NotProven;
        }
        finally
        {
            if (mayGo)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>A server of its own, on a data folder of its own, whose policy allows what is shown and its undos.</summary>
    private static Settings Within(Settings settings, string folder)
    {
        Directory.CreateDirectory(folder);
        var policy = Path.Combine(folder, "policy.yaml");
        File.WriteAllText(policy, VerifyPolicy.Of(VerifyCase.All(new("x", "000000000000", settings.Region, "aws")), UndoCatalogue.Load()));
        return settings.With(
            "verify", (Setting.Port, "0"), (Setting.Folder, folder), (Setting.PolicyFile, policy), (Setting.LogLevel, "error"), (Setting.EnabledTools, "*"));
    }

    /// <returns>Null: the person said no.</returns>
    private static async Task<VerifyResult?> RunAsync(
        Settings settings, AwsClientOptions own, bool isYes, Terminal talk, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await using var host = await LocalHost.StartAsync(settings, TimeProvider.System, talk.Say, sweep: null, own, cancellationToken);
        var who = await AccountIdentity.AskAsync(host.Reads, settings.Region, cancellationToken);
        var place = new VerifyPlace($"smcp-verify-{Ids.New("x")[2..10]}", who.Account, settings.Region, who.Arn.Split(':')[1]);
        var cases = VerifyCase.All(place);
        talk.Say(host.Banner ?? $"The emulator ({(host.Sandbox is null ? settings.AwsEndpoint : "this machine's sandbox")}): what is proven here is proven for the emulator.");
        Show(cases, talk);
        if (!isYes && !await IsMeantAsync(place, talk, cancellationToken))
        {
            return null;
        }

        await using var client = await DemoClient.ConnectAsync(host.Url, host.Keys.Agent, CancellationToken.None);
        var run = new VerifyRun(client, new(host.Reads, new JmesQueryLanguage(), place.Region), place, TimeProvider.System, talk.Say);
        var earlier = await run.TakeBackEarlierAsync(cancellationToken);
        var results = await run.RunAsync(cases, cancellationToken);
        Close(results, own, place, talk);
        if (earlier.Count > 0)
        {
            talk.Say($"LEFT of earlier runs: {string.Join(", ", earlier)}. {settings.DataFolder} has what they made; when it is removed by hand, delete that folder.");
        }

        return new(
            earlier.Count == 0 && results.All(one => one.Proven), place.Account, settings.Aws ? who.Arn : null, place.Region, !settings.Aws, place.Name,
            Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1), results, earlier);
    }

    private static void Show(IReadOnlyList<VerifyCase> cases, Terminal talk)
    {
        talk.Say("");
        talk.Say("Each of these is made by a plan and taken back by its undo, four at a time:");
        foreach (var one in cases)
        {
            talk.Say($"  {one.Makes}");
            talk.Say($"    {string.Join(", ", one.Operations)}; {one.Free} ({one.Source})");
        }

        talk.Say("");
    }

    private static async Task<bool> IsMeantAsync(VerifyPlace place, Terminal talk, CancellationToken cancellationToken)
    {
        if (!talk.IsPerson || Console.IsInputRedirected)
        {
            talk.Say("Nothing was made: nobody can be asked here; --yes says it.");
            return false;
        }

        talk.Say($"Make and take back all of this in account {place.Account}, {place.Region}? Type yes:");
        var isMeant = (await Console.In.ReadLineAsync(cancellationToken))?.Trim() == "yes";
        talk.Say(isMeant ? "" : "Nothing was made.");
        return isMeant;
    }

    private static void Close(IReadOnlyList<VerifyCaseResult> results, AwsClientOptions own, VerifyPlace place, Terminal talk)
    {
        talk.Say("");
        var operations = results.SelectMany(one => one.Operations).Count();
        talk.Say($"{results.Where(one => one.Proven).Sum(one => one.Operations.Count)} of {operations} operations are proven: made, taken back, and all that is looked at as before.");
        foreach (var one in results.Where(one => one.Left is not null))
        {
            talk.Say($"LEFT of {one.Id}: {PlainText.OneLine(one.Left!)}");
            foreach (var command in one.Remove)
            {
                talk.Say($"  {command} --region {place.Region}{(own.Profile is { } profile ? $" --profile {profile}" : "")}");
            }
        }
    }
}
