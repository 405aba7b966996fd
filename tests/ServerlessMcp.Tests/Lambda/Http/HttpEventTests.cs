using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Lambda.Http;

namespace ServerlessMcp.Tests.Lambda.Http;

public sealed class HttpEventTests
{
    [Theory]
    [InlineData("$default", "/mcp", "", "/mcp")]
    [InlineData("prod", "/prod/mcp", "/prod", "/mcp")]
    [InlineData("prod", "/prod", "/prod", "/")]
    [InlineData("prod", "/production/mcp", "", "/production/mcp")]
    [InlineData("prod", "/mcp", "", "/mcp")]
    [InlineData("$default", "/a%20b/c%2Fd/%C3%BC", "", "/a b/c%2Fd/ü")]
    [InlineData("$default", "", "", "/")]
    public void The_stage_of_version_2_is_part_of_the_path_and_not_of_the_applications(string stage, string raw, string pathBase, string path)
    {
        var read = Read(Events.Version2(path: raw, stage: stage));

        Assert.Equal((pathBase, path), (read.PathBase, read.Path));
    }

    [Fact]
    public void The_stage_of_version_1_stands_in_the_context()
    {
        var read = Read(Events.Version1(path: "/.well-known/oauth-protected-resource/mcp"));

        Assert.Equal(("/prod", "/.well-known/oauth-protected-resource/mcp", "/prod/.well-known/oauth-protected-resource/mcp"), (read.PathBase, read.Path, read.RawTarget));
    }

    [Fact]
    public void The_query_is_what_the_client_sent()
    {
        var one = Events.Version1();
        one["queryStringParameters"] = new JsonObject { ["a"] = "2", ["b c"] = "ü&=" };
        one["multiValueQueryStringParameters"] = new JsonObject { ["a"] = new JsonArray("1", "2"), ["b c"] = new JsonArray("ü&="), ["A"] = new JsonArray("3") };

        Assert.Equal("?a=1&a=2&b%20c=%C3%BC&", Read(Events.Version2(query: "a=1&a=2&b%20c=%C3%BC&")).QueryString);
        Assert.Equal("?a=1&a=2&b%20c=%C3%BC%26%3D&A=3", Read(one).QueryString);
        Assert.Equal("", Read(Events.Version1()).QueryString);
    }

    [Fact]
    public void Several_values_and_cookies_are_kept()
    {
        var two = Events.Version2();
        two["headers"]!["accept"] = "application/json,text/event-stream";
        two["cookies"] = new JsonArray("a=1", "b=2");
        var one = Events.Version1();
        one["multiValueHeaders"]!["Accept"] = new JsonArray("application/json", "text/event-stream");
        one["headers"]!["Accept"] = "text/event-stream";
        one["headers"]!["Only-Here"] = "x";

        Assert.Equal(("application/json,text/event-stream", "a=1; b=2"), (Read(two).Headers.Accept.ToString(), Read(two).Headers.Cookie.ToString()));
        Assert.Equal(["application/json", "text/event-stream"], Read(one).Headers.Accept.ToArray());
        Assert.Equal("x", Read(one).Headers["only-here"].ToString());
    }

    [Fact]
    public void The_body_is_decoded_and_counted()
    {
        var two = Events.Version2(body: Convert.ToBase64String([0, 255, 10]));
        two["isBase64Encoded"] = true;
        (two["headers"]!["content-length"], two["headers"]!["transfer-encoding"]) = ("4000", "chunked");
        var read = Read(two);

        Assert.Equal([0, 255, 10], read.Body);
        Assert.Equal(3, read.Headers.ContentLength);
        Assert.Equal(0, read.Headers.TransferEncoding.Count);
        Assert.Equal(0, Read(Events.Version2("GET")).Headers.ContentLength);
    }

    /// <summary>A client can write any forwarding header; the gateway's word is in the context.</summary>
    [Fact]
    public void The_address_is_the_gateways_word_alone()
    {
        var none = Events.Version2();
        none["requestContext"]!["http"]!["sourceIp"] = "not an address";

        Assert.Equal(Events.SourceIp, Read(Events.Version2()).SourceIp?.ToString());
        Assert.Equal(Events.SourceIp, Read(Events.Version1()).SourceIp?.ToString());
        Assert.Null(Read(none).SourceIp);
    }

    [Theory]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}},"body":"%","isBase64Encoded":true}""", "base64")]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}},"body":"\ud800"}""", "Unicode")]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}},"headers":{"\ud800":"x"}}""", "Unicode")]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}},"rawPath":"mcp"}""", "begin with '/'")]
    [InlineData("""{"requestContext":{"http":{"method":"G T"}}}""", "method")]
    [InlineData("""{"requestContext":{"http":{}}}""", "method")]
    [InlineData("""{"requestContext":{},"httpMethod":"GET","multiValueHeaders":{"a":"b"}}""", "multiValueHeaders")]
    [InlineData("""{"requestContext":{"http":{"method":"GET"}},"isBase64Encoded":"yes","body":""}""", "isBase64Encoded")]
    public void What_cannot_be_read_is_named(string payload, string named)
    {
        var wrong = Assert.Throws<EventShapeException>(() => HttpEventReader.Read(Encoding.UTF8.GetBytes(payload)));

        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
    }

    private static HttpEvent Read(JsonObject payload) => HttpEventReader.Read(Encoding.UTF8.GetBytes(payload.ToJsonString()));
}
