# %% [markdown]
# # Laboratuvar: Çalışan bir koşuyu yönlendirin
#
# Şimdiye kadar ayarları seçtiniz, çalıştırdınız ve çıkan sonuca baktınız.
# Burada koşu gözünüzün önünde sürer ve **her sürgü bir sonraki adımda etkili
# olur**: Gürültü terimini *şimdi* büyütün, bir stil katmanını *şimdi* kapatın;
# görüntünün ve üç kaybın buna ne diyeceğini izleyin.
#
# Laboratuvar, kitabın kendi adımlarını atar: `train`, bir değişiklikten
# ötekine kadar çalıştırılır. Ağ olarak paketle gelen ve VGG-19'u taklit eden
# *öğrenci* kullanılır; ne ağırlık dosyasına ne de internete gerek vardır.
#
# In English: [../05_lab.ipynb](../05_lab.ipynb)
#
# Aşağıdaki hücre, deneylerin ne kadar süreceğini belirler: bu hâliyle, iki
# çekirdekli bir bilgisayarda hepsi birden bir ile dört dakika.

# %% tags=["parameters"]
image_shape = (150, 100)  # genişlik, yükseklik (piksel); kitapta (450, 300)
num_epochs = 60  # her deneyin adım sayısı
weights = 'student'  # None: gerçek ağırlıkları bulur

# %%
# %matplotlib inline
from gluon_style.lessons.lab.page import open_page
from gluon_style.lessons.lab.trials import (
    Bank,
    course_figure,
    pictures_figure,
    pulls_figure,
    trials_table,
)
from gluon_style.lessons.lab.words import words_of

words = words_of('turkish')

# %% [markdown]
# ## Sayfa
#
# Bir sonraki hücreyi JupyterLab'de (`make jupyter`) çalıştırıp *Başlat*
# düğmesine basın. Aynı sayfa, `make lab` ya da `gluon-style lab` ile
# tarayıcıda da açılır.
#
# * **Yönlendirin**: Üç kaybın ağırlıkları, öğrenme oranı, stil katmanları ve
#   piksellerin bir dosyanın tutabileceği aralıkta kalıp kalmayacağı.
# * **Bunu sakla**, görüntüyü ayarlarıyla birlikte alttaki şeride koyar; orada
#   karşılaştırabilir, kaldığınız yerden sürdürebilir ya da kaydedebilirsiniz.
# * **Eğriler** ağırlıklı kayıplardır; bir şeyi değiştirdiğiniz yerde bir
#   işaret durur. **Çubuklar**, hangi terimin pikselleri ne kadar güçlü
#   çektiğini söyler.
# * Öğrenme oranı, koyduğunuz yerde kalır. Kitap onu her 50 adımda beşte bir
#   azaltır; burada bu iş sizin.

# %%
open_page(language='turkish')

# %% [markdown]
# ## Beş deney
#
# Her deney üç bölümdür. **Tahmin edin**: Beklentinizi yazın. Sayfada
# **deneyin**. Sonra alttaki hücreyi çalıştırın; aynı deneyi sayfa olmadan
# yapar. Yazdığınızla gördüğünüz arasındaki farkı **açıklayın**.
#
# İlk deneme hiçbir şeyi değiştirmez; ötekiler onunla karşılaştırılacak:
# kitabın ağırlıkları (1, 1000, 10), beş stil katmanının hepsi ve 0,9 oranıyla
# Adam. Çizelge, hangi ayarlarla yapılmış olursa olsun her görüntüyü tek bir
# kuralla ölçer: kitabın ağırlıklarıyla kitabın kayıpları. *En ince yapı*,
# görüntünün gücünün dört pikselden ince ayrıntılara düşen payıdır.

# %%
bank = Bank(
    'sample:mountain-lake', 'sample:autumn-avenue', image_shape, weights
)
half = max(1, num_epochs // 3)
unchanged = bank.run(num_epochs, {})
print(trials_table({'değişmemiş': unchanged}, words))

# %% [markdown]
# ### 1. Gürültüye karşı fırça darbeleri
#
# **Tahmin edin.** Toplam değişinti kaybı (TV), komşu pikseller arasındaki
# farkları cezalandırır. Ağırlığını önce 0, sonra 100 yapın: Kumlanmaya ne
# olur, fırça darbelerine ne olur? Stil kaybı bundan zarar görür mü?
#
# **Deneyin.** Başlatın, 30 adım bekleyip saklayın; *TV ağırlığı*nı 100 yapın,
# bekleyip yine saklayın; sonra 0 yapın.

# %% alt="Yan yana üç göl görüntüsü: TV ağırlığı 0 iken yüzey renkli beneklerle dolu, 10 iken benekler biraz daha az, 100 iken darbeler yumuşak ve benekler yok."
noise = {
    'TV ağırlığı 0': bank.run(num_epochs, {0: {'tv_weight': 0}}),
    'TV ağırlığı 10': unchanged,
    'TV ağırlığı 100': bank.run(num_epochs, {0: {'tv_weight': 100}}),
}
pictures_figure(noise)

# %%
print(trials_table(noise, words))

# %% [markdown]
# **Açıklama.** Ağırlık 0'dan 100'e çıkınca en ince yapının payı %27,4'ten
# %16'ya düşer, aralık dışındaki pikseller de azalır. Görüntünün *dosyadaki
# hâlinin* stil kaybı bundan hiç zarar görmez: O da 3,24'ten 1,64'e iner.
# Kumlanma stil değildi; Adam'ın büyük adımlarının bıraktığı izdi ve görüntü
# kırpılınca zaten bir bölümü yitip gidiyordu.

# %% [markdown]
# ### 2. İçeriğe karşı stil
#
# **Tahmin edin.** İçerik ağırlığı 0,1 ya da 20: Hangi görüntünün stil kaybı
# daha küçüktür? Kırmızı kulübeyi ikisinde de bulabilir misiniz?
#
# **Deneyin.** Koşu sürerken *İçerik ağırlığı*nı 0,1 yapın. Göl dağılınca 20
# yapın. Göl geri gelir mi?

# %% alt="Üç görüntü: içerik ağırlığı 0,1 iken göl turuncu ve mavi darbelere dağılıyor, kulübe bir leke; 1 iken seçilebiliyor; 20 iken kulübe, ağaçlar ve sırt keskin, renkler soluk."
balance = {
    'içerik ağırlığı 0,1': bank.run(num_epochs, {0: {'content_weight': 0.1}}),
    'içerik ağırlığı 1': unchanged,
    'içerik ağırlığı 20': bank.run(num_epochs, {0: {'content_weight': 20}}),
}
pictures_figure(balance)

# %%
print(trials_table(balance, words))

# %% [markdown]
# **Açıklama.** Kayıplardan biri ancak ötekinin pahasına küçülür: İçerik kaybı
# 92,8'den 17,2'ye inerken stil kaybı 1,64'ten 15,1'e çıkar. İkisini birden en
# küçük yapan bir ağırlık yoktur. Seçtiğiniz şey, fotoğrafla tablo arasındaki
# yolda bir noktadır; kayıp bu seçimi sizin yerinize yapamaz.

# %% [markdown]
# ### 3. Her seferinde tek bir stil katmanı
#
# **Tahmin edin.** Yalnızca `conv1_1`'i, sonra yalnızca `conv5_1`'i açık
# bırakın. Tablonun renklerini hangisi bilir, fırça darbelerini hangisi?
#
# **Deneyin.** Katmanları sondan başa doğru birer birer kapatın ve çubuklara
# bakın: Kapattığınızın yerine kim çekiyor?

# %% alt="Üç görüntü: beş katmanın hepsiyle turuncu ve mavi bir tablo; yalnızca conv1_1 ile tablonun renklerinde ama darbeleri olmayan bir göl; yalnızca conv5_1 ile siyah, beyaz ve yeşil kurtçuklardan göz alıcı bir desen."
layers = {
    'beşi de': unchanged,
    'yalnızca conv1_1': bank.run(
        num_epochs, {0: {'style_layers': ('conv1_1',)}}
    ),
    'yalnızca conv5_1': bank.run(
        num_epochs, {0: {'style_layers': ('conv5_1',)}}
    ),
}
pictures_figure(layers)

# %%
print(trials_table(layers, words))

# %% alt="Çubuklar: değişmemiş denemenin sonunda her terimin gradyanlardaki payı; en uzunları içerik katmanı conv4_4 ile stil katmanı conv5_1."
pulls_figure(unchanged, words)

# %% [markdown]
# **Açıklama.** `conv1_1` bir seferde üç piksel görür. Gram matrisi, tabloda
# hangi renklerin ve kenarların bulunduğunu bilir; sonuç, yeniden boyanmış bir
# göldür. `conv5_1` büyük parçalara bakar ve gördüğü şey renk değildir: Tek
# başına göz alıcı bir desen bırakır; piksellerin %44'ü aralık dışındadır, stil
# kaybı 308'dir. Katmanlar tabloyu ancak birlikte belirler. Değişmemiş denemede
# stil katmanları içinde en güçlü çeken `conv5_1`'dir: gradyanların normlarının
# toplamında payı %31; içerik katmanının payı ise %47.

# %% [markdown]
# ### 4. Aralığın dışına çıkmak
#
# **Tahmin edin.** Birkaç adım sonra piksellerin önemli bir bölümü siyahtan
# koyu ya da beyazdan parlaktır. Koşunun ortasında *aralıkta tut*u açın: Kayıp
# o anda ne yapar, sonunda nereye varır?
#
# **Deneyin.** Görüntünün altındaki *aralık dışı* payını izleyin ve kutuyu
# işaretleyin.

# %% alt="Üç görüntü: değişmemiş olanda neon benekler var; ortadan sonra aralıkta tutulanın renkleri daha sakin; 0,05 oranıyla aralıkta tutulan, boyanmış gökyüzüyle berrak bir göl."
ranges = {
    'değişmemiş': unchanged,
    'yarıdan sonra aralıkta': bank.run(
        num_epochs, {num_epochs // 2: {'in_range': True}}
    ),
    'aralıkta, oran 0,05': bank.run(
        num_epochs, {0: {'in_range': True, 'lr': 0.05}}
    ),
}
pictures_figure(ranges)

# %% alt="Logaritmik eksende adımlara göre kayıpların eğrileri; piksellerin aralıkta tutulmaya başladığı yerde noktalı bir işaret var, kayıplar orada biraz sıçrayıp sonra düşüyor."
course_figure(ranges['yarıdan sonra aralıkta'], words)

# %%
print(trials_table(ranges, words))

# %% [markdown]
# **Açıklama.** Kırpmanın bedeli hemen ödenir: Toplam kayıp 56,7'den 68,1'e
# sıçrar. Sonra, hiç dokunulmayan koşunun vardığı yerin altına iner: son adımda
# 58,0'a karşı 50,7. Üstelik artık kaydedilen görüntü, eniyilenen görüntünün ta
# kendisidir; piksellerinin %13,6'sı aralık dışında olan değişmemiş görüntü
# için bu doğru değildir. Aralığa uygun bir oranla, 0,05 ile toplam 39,5'te
# biter. 0,9'luk bir adım, siyahtan beyaza giden yolun beşte biridir; o oranda
# neredeyse hiçbir piksel, olması istenen yerde duramaz.

# %% [markdown]
# ### 5. Iraksayan bir oran ve koşuyu kurtarmak
#
# **Tahmin edin.** Oranı on adım boyunca 50 yapın, sonra 0,9'a geri alın. Koşu
# toparlanır mı? Kaç adımda?
#
# **Deneyin.** Önce görüntüyü *saklayın*. Sonra oranı 50 yapın ve geri alın.
# *Aralıkta tut*u da deneyin. Hiçbiri işe yaramayınca sakladığınız görüntüden
# sürdürün.

# %% alt="Üç görüntü: değişmemiş olanda göl tablosu; 50 oranıyla on adımdan sonra, oran yeniden 0,9 olduğu hâlde yalnızca renkli gürültü; saklanan görüntüden 0,2 oranıyla sürdürülünce yine göl."
rates = {
    'değişmemiş': unchanged,
    '50 ile on adım': bank.run(
        num_epochs, {half: {'lr': 50.0}, num_epochs // 2: {'lr': 0.9}}
    ),
    'saklanandan, 0,2 ile': bank.run(num_epochs, {half: {'lr': 0.2}}),
}
pictures_figure(rates)

# %% alt="Kayıpların eğrileri: oran 50 yapılınca on milyonlarca kat yukarı sıçrıyorlar, oran 0,9'a geri alındıktan sonra da neredeyse aynı yükseklikte kalıyorlar."
course_figure(rates['50 ile on adım'], words)

# %%
print(trials_table(rates, words))

# %% [markdown]
# **Açıklama.** Kayıp tek adımda 74'ten 1.600.000'e sıçrar; oran 0,9'a geri
# alındıktan otuz adım sonra bile hâlâ 10.000.000'un üstündedir. Oranı
# düşürmek koşuyu kurtarmaz. Adam her adımı
# ikinci momentin kareköküne böler; bu, karesi alınmış gradyanların, belleği
# aşağı yukarı bin adım olan bir ortalamasıdır ($\beta_2 = 0{,}999$). O on
# adımın devasa gradyanları bu bellekte kalır: Artık adımlar, geri dönülemeyecek
# kadar küçüktür.
#
# Koşuyu kurtaran şey, *öncesine* dönmektir: Saklanan görüntü, Adam'ın
# momentlerini de yanında taşır. Denetim noktaları (checkpoint) bunun içindir.
# Oradan 0,2 oranıyla sürdürülen koşu, değişmemiş olandan daha iyi biter.

# %% [markdown]
# ## Bulduğunuzu kaydedin
#
# Saklanan bir görüntünün altındaki *Kaydet*, ayarların geçmişini de bir dosya
# olarak verir. Onunla herkes sizin görüntünüzü, sizinki gibi bir bilgisayarda
# bitine kadar aynı olmak üzere, yeniden üretebilir:
#
# ```
# gluon-style transfer -o again.png --replay lab-60.history.json
# ```
