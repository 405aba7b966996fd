using ServerlessMcp.AwsApi.Search;

namespace ServerlessMcp.Tests.AwsApi.Search;

public sealed class StemmerTests
{
    [Theory]
    [InlineData("subscriptions", "subscription")]
    [InlineData("instances", "instance")]
    [InlineData("policies", "policy")]
    [InlineData("stopped", "stop")]
    [InlineData("stopping", "stops")]
    [InlineData("creating", "create")]
    [InlineData("rotation", "rotate")]
    [InlineData("encryption", "encrypted")]
    [InlineData("invalidation", "invalidate")]
    [InlineData("recommendations", "recommend")]
    [InlineData("bought", "buys")]
    [InlineData("addresses", "address")]
    [InlineData("aliases", "alias")]
    [InlineData("VMs", "VM")]
    public void Forms_of_a_word_have_one_stem(string one, string other) => Assert.Equal(Stem(one), Stem(other));

    [Theory]
    [InlineData("policy", "police")]
    [InlineData("dns", "dn")]
    [InlineData("status", "state")]
    public void Different_words_have_different_stems(string one, string other) => Assert.NotEqual(Stem(one), Stem(other));

    [Theory]
    [InlineData("DescribeDBInstances", "describe db instances")]
    [InlineData("ListObjectsV2", "list objects v2")]
    [InlineData("IPv4 CIDR of the VPCs", "ipv4 cidr of the vpcs")]
    [InlineData("EnableMFADevice", "enable mfa device")]
    [InlineData("t3.large, 80%", "t3 large 80")]
    public void Compound_names_are_split(string text, string words) => Assert.Equal(words, string.Join(' ', Words.Of(text)));

    private static string Stem(string word) => Stemmer.Of(word.ToLowerInvariant());
}
