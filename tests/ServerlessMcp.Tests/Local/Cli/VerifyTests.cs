using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Local.Cli;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Local.Verify;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Integration;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Cli;

/// <summary><c>smcp verify</c> behind the strict proxy, the emulator standing for an own account where one is named.</summary>
[Collection(WithEmulator.Name)]
public sealed class VerifyTests(EmulatorFixture emulator) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _said = new();
    private readonly StringWriter _json = new();
    private readonly string _region = emulator.NewRegion();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
        _json.Dispose();
    }

    [Fact]
    public async Task Each_operation_is_made_undone_and_proven_in_an_own_account_in_sessions_of_the_change_role()
    {
        await File.WriteAllTextAsync(_folder.File("smcp.yaml"), "changes: {role_arn: 'arn:aws:iam::123456789012:role/smcp-changes'}\n", Cancelled);

        var code = await RunAsync(isYes: true, Cancelled);

        var result = JsonNode.Parse(_json.ToString())!;
        Assert.True(code == 0, _said.ToString());
        Assert.True((bool)result["ok"]!);
        Assert.Equal(("123456789012", "arn:aws:sts::123456789012:user/moto", false), ((string)result["account"]!, (string)result["arn"]!, (bool)result["emulator"]!));
        Assert.All(result["cases"]!.AsArray(), one => Assert.True((bool)one!["proven"]!, one.ToJsonString()));
        Assert.InRange(result["cases"]!.AsArray().Sum(one => one!["operations"]!.AsArray().Count), 12, 30);
        Assert.Contains("a session of arn:aws:iam::123456789012:role/smcp-changes for each step", _said.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("verify")));
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_takes_back_what_is_under_way_and_begins_no_other()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        _said.Written = line =>
        {
            if (line.StartsWith("proven      ssm:PutParameter", StringComparison.Ordinal))
            {
                stop.CancelAfter(TimeSpan.FromMilliseconds(300));
            }
        };

        var code = await RunAsync(isYes: true, stop.Token);

        var cases = JsonNode.Parse(_json.ToString())!["cases"]!.AsArray();
        Assert.Equal(1, code);
        Assert.Contains(cases, one => ((string?)one!["reason"])?.StartsWith("not begun", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(cases, one => one!["left"] is not null);
    }

    [Fact]
    public async Task What_a_killed_run_has_made_is_taken_back_by_the_next()
    {
        await MakeAndDieAsync("""{"service":"sns","operation":"CreateTopic","parameters":{"Name":"smcp-verify-killed"}}""");

        await RunUntilEarlierAsync();

        Assert.Matches("An earlier run left execution ex_[a-z2-7]{26} .*: its undo: succeeded", _said.ToString());
        Assert.False(Directory.Exists(_folder.File("verify")));
    }

    /// <summary>Here it is of an operation that verify's policy does not allow to undo; it could be of another account.</summary>
    [Fact]
    public async Task What_a_killed_run_has_made_and_the_next_cannot_take_back_is_left_and_kept_on_record()
    {
        await MakeAndDieAsync("""{"service":"ec2","operation":"CreateInternetGateway","parameters":{}}""");

        var code = await RunUntilEarlierAsync();

        Assert.Matches("An earlier run left execution ex_[a-z2-7]{26} .*: its undo: .*forbid", _said.ToString());
        Assert.Equal(3, code);
        Assert.True(File.Exists(Path.Combine(_folder.File("verify"), "smcp.db")), string.Join(' ', Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task Without_a_yes_nothing_is_made()
    {
        var code = await RunAsync(isYes: false, Cancelled);

        Assert.Equal(1, code);
        Assert.Contains("a standard parameter /smcp-verify-", _said.ToString(), StringComparison.Ordinal);
        Assert.Contains("Nothing was made", _said.ToString(), StringComparison.Ordinal);
        Assert.Empty(_json.ToString());
    }

    [Fact]
    public void The_list_is_of_the_catalogue_names_its_sources_and_its_policy_allows_nothing_else()
    {
        var cases = VerifyCase.All(new("smcp-verify-wsoj2elm", "123456789012", "eu-west-1", "aws"));
        var policy = VerifyPolicy.Of(cases, UndoCatalogue.Load());

        Assert.All(cases, one => Assert.StartsWith("https://", one.Source, StringComparison.Ordinal));
        Assert.All(cases, one => Assert.Contains("smcp-verify-wsoj2elm", one.Makes, StringComparison.Ordinal));
        Assert.All(cases, one => Assert.NotEmpty(one.Remove));
        Assert.Contains("\"sns:CreateTopic\",\"sns:DeleteTopic\"", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "verify.md"));
        Assert.All(cases, one => Assert.Contains($"  {one.Makes}\n    {string.Join(", ", one.Operations)}; {one.Free} ({one.Source})\n", page, StringComparison.Ordinal));
    }

    private Settings Settings()
    {
        var flags = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--region"] = _region,
            ["--aws"] = "true",
            ["--allow-changes"] = "true",
        };
        return new SettingsReader(_ => null, _folder.Path).Read(flags);
    }

    /// <summary>A run that was killed after one change.</summary>
    private async Task MakeAndDieAsync(string change)
    {
        var folder = Directory.CreateDirectory(_folder.File("verify")).FullName;
        await using var killed = await LocalHost.StartAsync(
            Settings().With("test", (Setting.Folder, folder), (Setting.Port, "0")), TimeProvider.System, _ => { }, sweep: null, AwsClientOptions.Sandbox(emulator.Endpoint), Cancelled);
        await using var client = await EndpointUnderTest.ConnectAsync(killed.Url, killed.Keys.Agent, Cancelled);
        var made = await EndpointUnderTest.CallAsync(client, "aws_change", change, Cancelled);
        Assert.Equal("succeeded", (string?)(await EndpointUnderTest.EndAsync(client, (string)made["execution_id"]!, Cancelled))["status"]);
    }

    /// <summary>Stopped before its own cases.</summary>
    private async Task<int> RunUntilEarlierAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        _said.Written = line => _ = line.StartsWith("An earlier run left", StringComparison.Ordinal) ? stop.CancelAsync() : null;
        return await RunAsync(isYes: true, stop.Token);
    }

    private Task<int> RunAsync(bool isYes, CancellationToken cancellationToken) => VerifyCommand.RunAsync(
        Settings(), AwsClientOptions.Sandbox(emulator.Endpoint), isYes, new(_said, _said, IsPerson: false), new(_json, _json, IsPerson: false), cancellationToken);

    /// <summary>Tells each line that is written.</summary>
    private sealed class Lines : StringWriter
    {
        public Action<string>? Written { get; set; }

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            Written?.Invoke(value ?? "");
        }
    }
}
