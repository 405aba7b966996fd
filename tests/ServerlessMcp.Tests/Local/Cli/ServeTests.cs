using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Cli;

[Collection(WithProgramEmulator.Name)]
public sealed class ServeTests(EmulatorFixture emulator) : IDisposable
{
    private const string ListTools = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_where_it_listens_wants_a_key_and_ends_well_on_SIGTERM()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var server = Serve();
        var url = await server.ListeningAsync(Cancelled);
        var files = new LocalFiles(_folder.Path);
        var keys = files.Keys()!;

        Assert.Equal("127.0.0.1", url.Host);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(url, null));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(url, keys.Agent));
        Assert.True(PrivateFile.IsPrivate(files.KeysPath));
        Assert.Equal(server.Id, files.Server()?.ProcessId);

        server.Terminate();
        var (code, output, error) = await server.EndAsync(Cancelled);
        Assert.Equal((0, "", ""), (code, output, error));
        Assert.Null(files.Server());
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_through_the_running_server_by_the_operator_alone()
    {
        await using var server = Serve();
        var url = await server.ListeningAsync(Cancelled);
        var agent = new LocalFiles(_folder.Path).Keys()!.Agent;

        var made = (await RunAsync("key", "create", "ci", "--scopes", "read")).Out.Trim();
        Assert.Equal(HttpStatusCode.OK, await PostAsync(url, made));
        var listed = (await RunAsync("key", "list")).Out;
        Assert.Equal(3, listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain(made, listed, StringComparison.Ordinal);
        await RunAsync("key", "disable", made.Split('_')[2]);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(url, made));
        await RunAsync("key", "enable", made.Split('_')[2]);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(url, made));
        var successor = (await RunAsync("key", "rotate", made.Split('_')[2])).Out.Trim();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await PostAsync(url, made), await PostAsync(url, successor)));
        await RunAsync("key", "revoke", made.Split('_')[2]);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(url, made));

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", agent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(url, "/operator/keys"), Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_decision_about_what_does_not_wait_is_refused_with_a_sentence()
    {
        await using var server = Serve();
        await server.ListeningAsync(Cancelled);

        var (code, _, error) = await RunAsync("confirm", "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa");

        Assert.Equal(1, code);
        Assert.StartsWith("There is no execution", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_stdio_only_messages_reach_stdout()
    {
        await using var server = SmcpProcess.Start(["stdio", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()]);
        await server.In.WriteLineAsync(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""");
        await server.In.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await server.In.WriteLineAsync(ListTools);
        await server.In.WriteLineAsync("no json");
        server.In.Close();

        var (code, output, _) = await server.EndAsync(Cancelled);

        var messages = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(0, code);
        Assert.Equal(3, messages.Count);
        Assert.Equal("2025-06-18", messages[0].GetProperty("result").GetProperty("protocolVersion").GetString());
        Assert.Contains(messages, message => message.TryGetProperty("result", out var result) && result.TryGetProperty("tools", out _));
        Assert.Contains(messages, message => message.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == -32700);
    }

    [Fact]
    public async Task Wrong_configuration_ends_with_2_and_names_every_problem()
    {
        var (code, _, error) = await RunAsync("serve", "--port", "x", "--log-level", "loud");

        Assert.Equal(2, code);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_taken_port_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var (code, _, error) = await RunAsync("serve", "--port", port, "--aws-endpoint", emulator.Endpoint.ToString());

        Assert.Equal(1, code);
        Assert.StartsWith($"Port {port} cannot be listened on", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_and_told_who_has_it()
    {
        await using var server = Serve();
        await server.ListeningAsync(Cancelled);

        var (code, _, error) = await RunAsync("serve", "--port", "0");

        Assert.Equal(1, code);
        Assert.Contains($"used by process {server.Id}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_killed_takes_its_emulator_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A job object would be needed on Windows; it is not built.");
        _ = emulator.Running;
        await using var server = SmcpProcess.Start(["serve", "--port", "0", "--data", _folder.Path]);
        await server.ListeningAsync(Cancelled);
        var proxy = new LocalFiles(_folder.Path).Server()!.Proxy!;
        var children = Children(server.Id);
        Assert.NotEmpty(children);
        Assert.StartsWith("http://127.0.0.1:", proxy.Endpoint, StringComparison.Ordinal);

        server.Kill();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (children.Any(IsAlive))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private SmcpProcess Serve() => SmcpProcess.Start(["serve", "--port", "0", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()]);

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        await using var process = SmcpProcess.Start([.. arguments, "--data", _folder.Path]);
        return await process.EndAsync(Cancelled);
    }

    private static async Task<HttpStatusCode> PostAsync(Uri url, string? key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(ListTools, Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        using var answer = await http.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }

    private static List<int> Children(int parent) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsDigit)).Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture))
            .Where(id => ParentOf(id) == parent)];

    private static int? ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsAlive(int id) => ParentOf(id) is not null && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
}
