using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>Requests that are wrong in every layer; 100,000 with <c>SMCP_SWEEPS=full</c>.</summary>
public sealed class MalformedRequestTests
{
    private const string Good =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_plan","arguments":{"title":"t","steps":[{"id":"a","service":"ec2","operation":"StopInstances","parameters":{"InstanceIds":["i-0abc"]}}]}}}""";

    private static readonly string[] Methods = ["tools/call", "tools/list", "tasks/get", "tasks/update", "resources/read", "prompts/get", "completion/complete", "initialize", "", "server/discover"];

    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "\"\"", "-1", "1e400", "99999999999999999999999999", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "[[[[[[[[[[]]]]]]]]]]", "{\"\":{\"\":{}}}",
        "\"smcp_test_aaaaaaaaaaaa_x\"", "{\"$ref\":\"http://127.0.0.1:9/\"}", "\"../../etc/passwd\"", "0.1e-9999",
    ];

    private static int Count => Sweeps.AreFull ? 100_000 : 2_000;

    [Fact]
    public async Task None_fails_inside_hangs_or_leaves_memory_behind()
    {
        await using var server = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Limits = AccessMatrix.NoLimits });
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 8 });
        var random = new Random(20261125);
        await SendAsync(server, http, random, Count / 20);
        var before = Live();

        var (failed, slowest) = await SendAsync(server, http, random, Count);

        Assert.True(failed.Count == 0, string.Join('\n', failed.Take(10)));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(Live() - before, long.MinValue, 50 * 1024 * 1024);
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<(List<string> Failed, TimeSpan Slowest)> SendAsync(TestEndpoint server, HttpClient http, Random random, int count)
    {
        var (failed, slowest) = (new List<string>(), TimeSpan.Zero);
        for (var n = 0; n < count; n++)
        {
            var body = Body(random);
            using var request = Request(server, body, random);
            var clock = Stopwatch.StartNew();
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            if ((int)answer.StatusCode >= 500 || text.Contains("Something failed inside", StringComparison.Ordinal))
            {
                failed.Add($"{answer.StatusCode} {Encoding.UTF8.GetString(body)[..Math.Min(300, body.Length)]} -> {text[..Math.Min(200, text.Length)]}");
            }
        }

        return (failed, slowest);
    }

    private static byte[] Body(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        switch (random.Next(9))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                random.NextBytes(bytes);
                return bytes;
            case 3:
                return Encoding.UTF8.GetBytes(new string('[', random.Next(20_000)));
            case 4:
                return Encoding.UTF8.GetBytes($"[{Good},{Good}]");
            case 5:
                return Encoding.UTF8.GetBytes(Good.Insert(1, $"\"id\":{random.Next()},"));
            case 6:
                return Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{Any(random, Values)},\"method\":\"{Any(random, Methods)}\",\"params\":{Any(random, Values)}}}");
            case 7:
                return Encoding.UTF8.GetBytes(
                    $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{Any(random, Methods)}\",\"params\":{{\"name\":{Any(random, Values)},\"arguments\":{Any(random, Values)},\"taskId\":{Any(random, Values)},\"uri\":{Any(random, Values)},\"_meta\":{Any(random, Values)}}}}}");
            default:
                return Encoding.UTF8.GetBytes(Good.Replace("\"StopInstances\"", Any(random, Values), StringComparison.Ordinal).Replace("[\"i-0abc\"]", Any(random, Values), StringComparison.Ordinal));
        }
    }

    private static HttpRequestMessage Request(TestEndpoint server, byte[] body, Random random)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(20) == 0 ? "text/plain" : "application/json");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", random.Next(20) == 0 ? "smcp_x" : server.Keys.Agent);
        if (random.Next(3) == 0)
        {
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", Any(random, ["2026-07-28", "2025-06-18", "x", "2099-01-01", ""]));
            request.Headers.TryAddWithoutValidation("Mcp-Method", Any(random, Methods));
            request.Headers.TryAddWithoutValidation("Mcp-Name", Any(random, ["create_plan", "=?base64?", "=?base64?w6Q=?=", ""]));
        }

        return request;
    }

    private static string Any(Random random, string[] all) => all[random.Next(all.Length)];
}
