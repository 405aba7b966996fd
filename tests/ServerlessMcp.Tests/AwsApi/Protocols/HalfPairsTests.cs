using System.Text;
using System.Text.Json;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.Tests.AwsApi.Protocols;

public sealed class HalfPairsTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""", "\uFFFD")]
    [InlineData("""{"a":"x\uDFFFy"}""", "x\uFFFDy")]
    [InlineData("""{"a":"\ud83d\ude00"}""", "\U0001F600")]
    [InlineData("""{"a":"\ud83d\ud83d\ude00\ud83d"}""", "\uFFFD\U0001F600\uFFFD")]
    [InlineData("""{"a":"\\ud800"}""", "\\ud800")]
    [InlineData("""{"a":"\\\ud800"}""", "\\\uFFFD")]
    public void Half_a_pair_of_surrogates_is_replaced_and_all_else_is_read_as_it_is(string json, string expected)
    {
        using var document = JsonDocument.Parse(HalfPairs.Mended(Encoding.UTF8.GetBytes(json)));

        Assert.Equal(expected, document.RootElement.GetProperty("a").GetString());
    }
}
