using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Lambda.Http;

namespace ServerlessMcp.Tests.Lambda.Http;

/// <summary>Broken events: each number is one, always the same.</summary>
public sealed class HttpEventProperties
{
    private static readonly string[] Values =
        ["null", "true", "-1", "1e999", "\"\"", "\"/\"", "\"%\"", "\"/%00/%zz/%2F\"", "\"\\ud800\"", "\"\\u0000\\r\\n\"", "\"ü\"", "[]", "[null]", "[\"a\",7]", "{}", "{\"a\":[]}", "{\"http\":{}}"];

    /// <summary>An event or the one exception that the host answers with 400; whatever is read is whole.</summary>
    [Fact]
    public void Whatever_comes_is_an_event_or_is_refused()
    {
        var read = 0;
        var count = Sweeps.AreFull ? 100_000 : 20_000;
        for (var n = 0; n < count; n++)
        {
            try
            {
                var found = HttpEventReader.Read(Broken(new Random(n)));
                Assert.True(found.Path.StartsWith('/') && found.Method.Length > 0 && found.Headers.ContentLength == found.Body.Length, $"event {n}");
                read++;
            }
            catch (Exception failure) when (failure is not EventShapeException)
            {
                Assert.Fail($"event {n}: {failure}");
            }
            catch (EventShapeException)
            {
                // As it should be.
            }
        }

        Assert.InRange(read, count / 10, count * 9 / 10);
    }

    private static byte[] Broken(Random random)
    {
        var payload = random.Next(2) == 0 ? Events.Version1(body: "{}") : Events.Version2(body: "{}", query: "a=b");
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            Change(payload, random);
        }

        var bytes = Encoding.UTF8.GetBytes(WithValues(payload.ToJsonString()));
        for (var changes = random.Next(4) - 2; changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    /// <summary>One member, somewhere, becomes something else.</summary>
    private static void Change(JsonObject members, Random random)
    {
        while (true)
        {
            var name = members.ElementAt(random.Next(members.Count)).Key;
            if (members[name] is JsonObject { Count: > 0 } inner && random.Next(3) > 0)
            {
                members = inner;
                continue;
            }

            members[name] = $"@{random.Next(Values.Length)}@";
            return;
        }
    }

    /// <summary>Half of a surrogate pair can stand in a text alone, not in a tree.</summary>
    private static string WithValues(string json) => Enumerable.Range(0, Values.Length).Aggregate(json, (text, n) => text.Replace($"\"@{n}@\"", Values[n], StringComparison.Ordinal));
}
